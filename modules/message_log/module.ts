import { defineModule, type ModuleDefinition } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { bindMessageLog } from './bindMessageLog';

const messageLog = defineModule('message_log', {
  needs: [auditLogModule()],
  bind: bindMessageLog,
});

/** The log of messages, to inject as `MessageLog`, and its routes. */
export function messageLogModule(): ModuleDefinition {
  return messageLog;
}
