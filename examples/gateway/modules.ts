import type { ApplicationModule } from 'daemonry';
import { adminModule } from '@daemonry/modules/admin';
import { alertNotifierModule } from '@daemonry/modules/alert_notifier';
import { alertsModule } from '@daemonry/modules/alerts';
import { alertWakeModule } from '@daemonry/modules/alert_wake';
import { auditLogModule } from '@daemonry/modules/audit_log';
import { clusterModule } from '@daemonry/modules/cluster';
import { costLadderModule } from '@daemonry/modules/cost_ladder';
import { costTelemetryModule } from '@daemonry/modules/cost_telemetry';
import { emailInboundImapModule } from '@daemonry/modules/email_inbound_imap';
import { heartbeatProbesModule } from '@daemonry/modules/heartbeat_probes';
import { mcpModule } from '@daemonry/modules/mcp';
import { mcpConsumptionModule } from '@daemonry/modules/mcp_consumption';
import { messageLogModule } from '@daemonry/modules/message_log';
import { metricsModule } from '@daemonry/modules/metrics';
import { operationalStateModule } from '@daemonry/modules/operational_state';
import { probeWakeModule } from '@daemonry/modules/probe_wake';
import {
  promoteEmailIntentModule,
  promotePhrasebookModule,
  promoteProbeFixEnvelopesModule,
  promoteRouterTuningModule,
  promoteSnapshotExpandModule,
  promoteToolTrimmingModule,
  promotionsModule,
} from '@daemonry/modules/promotions';
import { purelymailClientModule } from '@daemonry/modules/purelymail_client';
import { reasoningEngineModule } from '@daemonry/modules/reasoning_engine';
import { slackClientModule } from '@daemonry/modules/slack_client';
import { snapshotModule } from '@daemonry/modules/snapshot';
import { tracingModule } from '@daemonry/modules/tracing';
import { webModule } from '@daemonry/modules/web';
import { webhooksModule } from '@daemonry/modules/webhooks';

/** Every module that ships with daemonry: first what the listeners read, then the listeners. */
export const gatewayModules = (): readonly ApplicationModule[] => [
  auditLogModule(),
  messageLogModule(),
  operationalStateModule(),
  costLadderModule(),
  alertsModule(),
  promotionsModule(),

  webModule(),
  metricsModule(),
  clusterModule(),
  tracingModule(),
  adminModule(),
  mcpModule(),
  webhooksModule(),
  mcpConsumptionModule(),
  heartbeatProbesModule(),
  reasoningEngineModule(),
  slackClientModule(),
  purelymailClientModule(),
  emailInboundImapModule(),
  alertNotifierModule(),
  snapshotModule(),
  costTelemetryModule(),
  probeWakeModule(),
  alertWakeModule(),
  promotePhrasebookModule(),
  promoteSnapshotExpandModule(),
  promoteRouterTuningModule(),
  promoteToolTrimmingModule(),
  promoteProbeFixEnvelopesModule(),
  promoteEmailIntentModule(),
];
