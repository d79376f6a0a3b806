import {
  type AuditDetailsOf,
  type AuditEvent,
  AuditEventTypes,
  AuditLog,
  auditLogModule,
  field,
} from '@daemonry/modules/audit_log';
import { type WebServer, webModule } from '@daemonry/modules/web';
import { BackgroundDaemon, defineModule, StateDatabase, type TickContext } from 'daemonry';
import { injectable } from 'inversify';
import { createTestApplication } from 'daemonry/testing';

import { call } from './support/call';
import { readRows } from './support/readAudit';
import { appendCode, codesOf, endAuditLogs, givenAuditLog, givenFolder, scanned } from './support/givenAuditLog';

jest.setTimeout(30_000);

// region events
const ORDER_EVENTS = new AuditEventTypes({
  'order.refunded': { order: field.text(64), cents: field.number, reason: field.optional(field.text()) },
});

declare module '@daemonry/modules/audit_log' {
  interface AuditDetails extends AuditDetailsOf<typeof ORDER_EVENTS> {}
}

const orders = defineModule('orders', {
  needs: [auditLogModule()],
  bind: ({ bind }) => void bind(AuditEventTypes).toConstantValue(ORDER_EVENTS),
});
// endregion events

// region use
@BackgroundDaemon({ interval: '1h' })
class Watch {
  constructor(private readonly audit: AuditLog) {}

  async tick({ log, signal }: TickContext): Promise<void> {
    await this.audit.append('reasoning.refused', { route: 'slack_dm', code: 'BUDGET' }, { source: 'watch' });

    for await (const { at, details } of this.audit.scan({ types: ['capability.denied'] })) {
      log.info('denied', { at, ...details });
    }

    const consumer = this.audit.consumer('watch', ['reasoning.refused']);
    const { delivered, failed } = await consumer.deliver(
      async ({ details }) => log.warn('refused', { route: details.route, code: details.code }),
      { limit: 20, signal },
    );
    log.info('handed over', { delivered, failed: failed.length });
  }
}
// endregion use

@injectable()
class Refunds {
  constructor(private readonly audit: AuditLog) {}

  async refund(order: string, cents: number): Promise<void> {
    // region transaction
    await this.audit.transaction(async (statements, append) => {
      await statements.run('UPDATE orders SET state = ? WHERE id = ?', ['refunded', order]);
      await append('order.refunded', { order, cents }, { source: 'orders' });
    });
    // endregion transaction
  }
}

const SOURCE = { source: 'orders' };
const DENIED = { surface: 'mcp', caller: 'ops', capability: 'trigger', reason: 'it may only read' } as const;

const givenOrderLog = (data?: string) => givenAuditLog({ modules: [orders], ...(data !== undefined && { data }) });

afterEach(endAuditLogs);

describe('The examples of the page of the audit log', () => {
  it('run: what is appended, scanned and handed over', async () => {
    const app = await createTestApplication({
      listeners: [Watch],
      modules: [auditLogModule()],
      config: { values: { state: { directory: await givenFolder() } } },
    });
    await app.start();
    await app.container.get(AuditLog).consumer('watch', ['reasoning.refused']).start();
    await app.container.get(AuditLog).tell('capability.denied', DENIED, { source: 'mcp' });

    expect(await app.tick('watch')).toMatchObject({ outcome: 'succeeded' });
    expect(app.logs.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['denied', 'refused', 'handed over']),
    );
    await app.stop();
  });

  it('run: an event that is kept together with what it is about', async () => {
    const refunds = defineModule('refunds', { bind: ({ bind }) => void bind(Refunds).toSelf() });
    const { app, audit, tamper } = await givenAuditLog({ modules: [orders, refunds] });
    await tamper("CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT DEFAULT 'paid')");
    await tamper("INSERT INTO orders (id) VALUES ('a')");

    await app.container.get(Refunds).refund('a', 1_000);

    expect(await scanned(audit)).toMatchObject([{ type: 'order.refunded', details: { order: 'a', cents: 1_000 } }]);
    expect(await app.container.get(StateDatabase).get('SELECT state FROM orders')).toEqual({ state: 'refunded' });
  });
});

describe('an event type of a module', () => {
  it('is appended, scanned and handed to consumers like any other, with the details that its table declares', async () => {
    const { audit } = await givenOrderLog();
    const consumer = audit.consumer('ledger', ['order.refunded']);
    await consumer.start();

    const event = await audit.append('order.refunded', { order: 'a', cents: 1_000 }, SOURCE);

    const cents: number = event.details.cents;
    expect(cents).toBe(1_000);
    expect(await scanned(audit, { types: ['order.refunded'] })).toEqual([event]);
    const handed: AuditEvent<'order.refunded'>[] = [];
    await consumer.deliver((refunded) => Promise.resolve(void handed.push(refunded)));
    expect(handed).toEqual([event]);
    expect(audit.types).toContain('order.refunded');
  });

  it('refuses details that its table does not declare, when it is compiled and when it runs', async () => {
    const { audit } = await givenOrderLog();

    // @ts-expect-error -- a field is missing
    await expect(audit.append('order.refunded', { order: 'a' }, SOURCE)).rejects.toMatchObject({
      code: 'AUDIT_EVENT_INVALID',
      message: expect.stringContaining('"cents" is missing') as string,
    });
    // @ts-expect-error -- a field of another type
    await expect(audit.append('order.refunded', { order: 'a', cents: '1' }, SOURCE)).rejects.toThrow(/finite number/);
    expect(await scanned(audit)).toEqual([]);
  });

  it('is refused in an application whose modules do not register it', async () => {
    const { audit } = await givenAuditLog();

    await expect(audit.append('order.refunded', { order: 'a', cents: 1 }, SOURCE)).rejects.toMatchObject({
      code: 'AUDIT_EVENT_INVALID',
      message: expect.stringContaining('its type is unknown') as string,
    });
  });

  it('cannot have the name of one that another module registers', async () => {
    const again = new AuditEventTypes({ 'capability.denied': { why: field.text() } });
    const copycat = defineModule('copycat', {
      needs: [auditLogModule()],
      bind: ({ bind }) => void bind(AuditEventTypes).toConstantValue(again),
    });
    const app = await createTestApplication({
      modules: [copycat],
      config: { values: { state: { directory: await givenFolder() } } },
    });

    expect(() => app.container.get(AuditLog)).toThrow(
      expect.objectContaining({ code: 'AUDIT_EVENT_TYPE_TAKEN', facts: { type: 'capability.denied' } }) as Error,
    );
    await app.stop();
  });

  it('can be asked for over HTTP', async () => {
    const { app, audit } = await givenAuditLog({ modules: [orders, webModule()], values: { web: { port: 0 } } });
    await audit.append('order.refunded', { order: 'a', cents: 1 }, SOURCE);
    const url = app.listeners.resolve<WebServer>('web').address?.url ?? '';

    const { body } = await call(`${url}/api/audit?types=order.refunded`);

    expect(body).toMatchObject({ events: [{ type: 'order.refunded', details: { order: 'a' } }], more: false });
  });
});

describe('events of a module that is no longer loaded', () => {
  const withoutOrders = { modules: [auditLogModule()] };

  it('keep their place in the log, and are left out by readers without a warning', async () => {
    const given = await givenOrderLog();
    await appendCode(given.audit, 'c1');
    await given.audit.append('order.refunded', { order: 'a', cents: 1 }, SOURCE);
    const { app, audit } = await given.restart(withoutOrders);

    expect(codesOf(await scanned(audit))).toEqual(['c1']);
    expect(await audit.latest(1)).toMatchObject([{ type: 'reasoning.refused' }]);
    expect(await appendCode(audit, 'c2')).toMatchObject({ sequence: 3 });

    const tail = [];
    for await (const event of audit.tail(0).read()) tail.push(event);
    expect(codesOf(tail)).toEqual(['c1', 'c2']);
    expect(app.logs.filter(({ level }) => level === 'warn')).toEqual([]);
    expect(await readRows(given.data, 'audit_log_events')).toMatchObject([{}, { type: 'order.refunded' }, {}]);
  });

  it('are read again once the module is', async () => {
    const given = await givenOrderLog();
    const event = await given.audit.append('order.refunded', { order: 'a', cents: 1 }, SOURCE);
    const without = await given.restart(withoutOrders);
    await appendCode(without.audit, 'c1');
    const { audit } = await without.restart({ modules: [orders] });

    expect(await scanned(audit, { types: ['order.refunded'] })).toEqual([event]);
  });
});
