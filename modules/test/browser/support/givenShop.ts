import {
  BackgroundDaemon,
  type OnStartup,
  type OnTick,
  PeriodicTask,
  Secret,
  Settings,
  type TickContext,
} from 'daemonry';
import { auditLogModule } from '@daemonry/modules/audit_log';
import { IsOptional, IsString } from 'class-validator';

import { givenAdmin } from '../../support/givenAdmin';
import { givenFolder } from '../../support/givenData';

@Settings('orders')
class OrderSettings {
  @IsString()
  readonly shop: string = 'main';

  @Secret()
  @IsOptional()
  @IsString()
  readonly token?: string;
}

@BackgroundDaemon({ name: 'order_store' })
class OrderStore {}

@BackgroundDaemon({ name: 'order_sync', interval: '1m', tickTimeout: '20s' })
class OrderSync implements OnTick {
  #runs = 0;
  constructor(
    readonly store: OrderStore,
    readonly settings: OrderSettings,
  ) {}
  async tick({ sleep }: TickContext): Promise<void> {
    this.#runs++;
    await sleep(`${3 + ((this.#runs * 7) % 11)}s`);
    if (this.#runs % 9 === 4 || this.#runs > 54) throw new Error('The shop answered 503: it is being maintained.');
  }

  @PeriodicTask({ interval: '15m' })
  async compact({ sleep }: TickContext): Promise<void> {
    await sleep('12s');
  }
}

@BackgroundDaemon({ name: 'stock_report', cron: '0 3 * * *' })
class StockReport implements OnTick {
  constructor(readonly store: OrderStore) {}
  tick(): void {}
}

@BackgroundDaemon({ name: 'price_feed', interval: '30s' })
class PriceFeed implements OnTick {
  #runs = 0;
  async tick({ sleep }: TickContext): Promise<void> {
    // Now and then it takes longer than its interval, so that a due moment is skipped.
    await sleep(this.#runs++ % 12 === 7 ? '50s' : '4s');
  }
}

@BackgroundDaemon({ name: 'mail_out', interval: '2m', fatalOnStartupFailure: false })
class MailOut implements OnStartup, OnTick {
  startup(): void {
    throw new Error('connect ECONNREFUSED 10.0.0.25:25');
  }
  tick(): void {}
}

@BackgroundDaemon({ name: 'newsletter', interval: '1h', dependsOn: [MailOut] })
class Newsletter implements OnTick {
  tick(): void {}
}

@BackgroundDaemon({ name: 'cleanup', interval: '10m' })
class Cleanup implements OnTick {
  async tick({ sleep }: TickContext): Promise<void> {
    await sleep('25s');
  }
}

export const SECRET = 'swordfish-0123456789';

type Options = NonNullable<Parameters<typeof givenAdmin>[0]>;

/** A small shop that has run for a while: most of it well, some of it not. */
export async function givenShop(options: Options = {}, web: Record<string, unknown> = {}, minutes = 0) {
  const shop = await givenAdmin(
    {
      name: 'shop',
      now: '2030-01-31T08:00:00Z',
      listeners: [OrderStore, OrderSync, StockReport, PriceFeed, MailOut, Newsletter, Cleanup],
      modules: [auditLogModule()],
      config: {
        values: {
          web: { port: 0, ...web },
          ...(options.listeners === undefined && { orders: { token: SECRET } }),
          admin: { label: 'staging' },
          state: { directory: await givenFolder() },
        },
      },
      ...options,
    },
    web,
  );
  if (minutes > 0) await shop.app.clock.advance(`${minutes * 60 + 30}s`);
  return shop;
}

/** An application of as many listeners, each with a schedule. */
export function manyListeners(count: number, prefix = 'job'): NonNullable<Options['listeners']> {
  return Array.from({ length: count }, (_, index) => {
    @BackgroundDaemon({ name: `${prefix}_${String(index).padStart(4, '0')}`, interval: '1m', initialDelay: '1s' })
    class Job implements OnTick {
      tick(): void {}
    }
    return Job;
  });
}
