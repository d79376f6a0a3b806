// region before
import { Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Cron, Interval, ScheduleModule } from '@nestjs/schedule';
import { Redis } from 'ioredis';

import { Invoices } from '../../Invoices';

@Injectable()
class InvoiceSchedule implements OnApplicationShutdown {
  readonly #redis = new Redis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
  readonly #invoices = new Invoices();

  @Cron('0 3 * * *', { timeZone: 'Europe/Paris' })
  async nightly(): Promise<void> {
    if (!(await this.#lock('nightly', 10 * 60_000))) return;
    await this.#invoices.send(new Date().toISOString().slice(0, 10), undefined);
  }

  @Interval(15 * 60_000)
  async reminders(): Promise<void> {
    if (!(await this.#lock('reminders', 14 * 60_000))) return;
    await this.#invoices.remind();
  }

  onApplicationShutdown(): void {
    this.#redis.disconnect();
  }

  /** True for the first process that asks; for the others only once `ms` have passed. */
  async #lock(name: string, ms: number): Promise<boolean> {
    return (await this.#redis.set(`lock:${name}`, String(process.pid), 'PX', ms, 'NX')) === 'OK';
  }
}

@Module({ imports: [ScheduleModule.forRoot()], providers: [InvoiceSchedule] })
class ShopModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(ShopModule);
  app.enableShutdownHooks();
}

void main();
// endregion before
