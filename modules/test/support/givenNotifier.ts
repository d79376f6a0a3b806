import { type AlertNotifier, alertNotifierModule } from '@daemonry/modules/alert_notifier';
import { AuditLog } from '@daemonry/modules/audit_log';
import { OperationalState } from '@daemonry/modules/operational_state';

import { givenTelling, type Operator } from './givenOperator';

/** A running application whose notifier tells `operator`; on an earlier `folder` it is a restart. */
export async function givenNotifier(
  operator: Operator,
  { settings = {}, tick = {}, folder }: { settings?: object; tick?: object; folder?: string } = {},
) {
  const values = { alert_notifier: settings, listeners: { alert_notifier: { tasks: { tick } } } };
  const given = await givenTelling(operator, { modules: [alertNotifierModule()], values }, folder);
  const { app } = given;
  const notifier = app.listeners.resolve<AlertNotifier>('alert_notifier');
  const cycle = async () => {
    const { outcome, error } = await app.tick('alert_notifier', 'tick');
    expect({ outcome, error }).toEqual({ outcome: 'succeeded' });
    return notifier.outcome;
  };
  const pause = (reason: string) => app.container.get(OperationalState).change({ state: 'paused', reason, by: 'bob' });
  return { ...given, notifier, cycle, pause };
}

/** Raises an alert of severity info. */
export async function denyOften(app: Awaited<ReturnType<typeof givenNotifier>>['app']): Promise<void> {
  const denied = { surface: 'mcp', caller: 'eve', capability: 'shell', reason: 'no' } as const;
  for (let times = 0; times < 11; times++) {
    await app.container.get(AuditLog).append('capability.denied', denied, { source: 'mcp' });
  }
}
