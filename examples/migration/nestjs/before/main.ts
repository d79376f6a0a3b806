import 'reflect-metadata';

// region before
import { Injectable, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Cron, Interval, ScheduleModule } from '@nestjs/schedule';

import { Mailer } from '../../shop/Mailer';
import { OrderApi } from '../../shop/OrderApi';
import { Warehouse } from '../../shop/Warehouse';

@Injectable()
class OpenWarehouse extends Warehouse implements OnModuleInit, OnModuleDestroy {
  onModuleInit(): Promise<void> {
    return this.open();
  }

  onModuleDestroy(): Promise<void> {
    return this.close();
  }
}

@Injectable()
class MailGateway extends Mailer implements OnModuleInit {
  onModuleInit(): Promise<void> {
    return this.connect();
  }
}

@Injectable()
class OrderSync {
  constructor(
    private readonly api: OrderApi,
    private readonly warehouse: OpenWarehouse,
  ) {}

  @Interval(100)
  async pull(): Promise<void> {
    for (const order of await this.api.pull()) this.warehouse.keep(order);
  }

  @Cron('0 3 * * *', { timeZone: 'Europe/Paris' })
  report(): void {
    this.warehouse.report();
  }
}

@Module({
  imports: [ScheduleModule.forRoot()],
  providers: [OrderApi, OpenWarehouse, MailGateway, OrderSync],
})
class ShopModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(ShopModule);
  app.enableShutdownHooks();
}

void main();
// endregion before
