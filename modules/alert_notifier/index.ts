import { ContainerModule } from 'inversify';

import { bindAlerts } from '../alerts/bindAlerts';
import { bindAuditLog } from '../audit_log/bindAuditLog';
import { bindOperatorSlack } from '../operator_slack/bindOperatorSlack';
import { AlertNotifier } from './AlertNotifier';
import { Dispatcher, OperatorMail } from './Dispatcher';
import { NotifierMemory } from './NotifierMemory';

/** Announces alerts by Slack and by mail, as the daemon `alert_notifier`. */
export function alertNotifierModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindAlerts(options);
    bindAuditLog(options);
    bindOperatorSlack(options);
    options.bind(OperatorMail).toSelf();
    options.bind(Dispatcher).toSelf();
    options.bind(NotifierMemory).toSelf();
    options.bind(AlertNotifier).toSelf();
  });
}

export { AlertNotifier, AlertNotifierSettings, type CycleOutcome, DigestFailedError } from './AlertNotifier';
