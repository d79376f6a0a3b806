import fc from 'fast-check';

import type { AuditConsumer, AuditEvent, AuditLog } from '@daemonry/modules/audit_log';

import { appendCode, codesOf, endAuditLogs, givenAuditLog } from './support/givenAuditLog';

afterEach(endAuditLogs);

const consumerOf = (audit: AuditLog): AuditConsumer<'reasoning.refused'> =>
  audit.consumer('reader', ['reasoning.refused']);

async function delivered(audit: AuditLog, limit?: number): Promise<string[]> {
  const events: AuditEvent[] = [];
  const handle = async (event: AuditEvent): Promise<void> => void events.push(event);
  await consumerOf(audit).deliver(handle, limit === undefined ? {} : { limit });
  return codesOf(events);
}

describe('a consumer of the audit log', () => {
  it('is handed every event exactly once, whatever appends, deliveries, limits and restarts come in between', async () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 12 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('deliver' as const), limit: fc.integer({ min: 1, max: 9 }) }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        let given = await givenAuditLog();
        await consumerOf(given.audit).start();
        const [appended, handed]: [string[], string[]] = [[], []];
        for (const each of steps) {
          if (each.do === 'restart') given = await given.restart();
          if (each.do === 'deliver') {
            handed.push(...(await delivered(given.audit, each.limit)));
          }
          for (let n = 0; each.do === 'append' && n < each.count; n++) {
            const code = `c${appended.push('') - 1}`.padEnd(200, '.');
            appended[appended.length - 1] = code;
            await appendCode(given.audit, code);
          }
        }
        handed.push(...(await delivered(given.audit)));
        await given.stop();
        expect(handed).toEqual(appended);
      }),
      { numRuns: 15 },
    );
  }, 30_000);
});
