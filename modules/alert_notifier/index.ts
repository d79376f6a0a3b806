import { defineModule, type ModuleDefinition, StateTables } from 'daemonry';

import { alertsModule } from '../alerts/module';
import { auditLogModule } from '../audit_log/module';
import { operatorSlackModule } from '../operator_slack/OperatorSlack';
import { documentTables } from '../shared/StateDocument';
import { AlertNotifier } from './AlertNotifier';
import { Dispatcher, OperatorMail } from './Dispatcher';
import { NotifierMemory } from './NotifierMemory';

const alertNotifier = defineModule('alert_notifier', {
  needs: [alertsModule(), auditLogModule(), operatorSlackModule()],
  bind: ({ bind }) => {
    bind(StateTables).toConstantValue(documentTables('alert_notifier'));
    bind(OperatorMail).toSelf();
    bind(Dispatcher).toSelf();
    bind(NotifierMemory).toSelf();
    bind(AlertNotifier).toSelf();
  },
});

/** Announces alerts by Slack and by mail, as the daemon `alert_notifier`. */
export function alertNotifierModule(): ModuleDefinition {
  return alertNotifier;
}

export { AlertNotifier, AlertNotifierSettings, type CycleOutcome, DigestFailedError } from './AlertNotifier';
