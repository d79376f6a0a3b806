import { defineModule, type ModuleDefinition, StateTables } from 'daemonry';

import { AuditEventTypes } from '../audit_log/AuditEventTypes';
import { auditLogModule } from '../audit_log/module';
import { telemetryModule } from '../cost_telemetry/module';
import { messageLogModule } from '../message_log/module';
import { WebRoutes } from '../web/WebRoutes';
import { PromoteEmailIntent } from './loops/PromoteEmailIntent';
import { PromotePhrasebook } from './loops/PromotePhrasebook';
import { PromoteProbeFixEnvelopes } from './loops/PromoteProbeFixEnvelopes';
import { PromoteRouterTuning } from './loops/PromoteRouterTuning';
import { PromoteSnapshotExpand } from './loops/PromoteSnapshotExpand';
import { PromoteToolTrimming } from './loops/PromoteToolTrimming';
import { PromotionCycle } from './PromotionCycle';
import { PROMOTION_EVENTS } from './promotionEvents';
import { PromotionRoutes } from './PromotionRoutes';
import { Promotions } from './Promotions';
import { PROMOTION_TABLES, PromotionStore } from './PromotionStore';

const promotions = defineModule('promotions', {
  needs: [auditLogModule()],
  bind: ({ bind }) => {
    bind(StateTables).toConstantValue(PROMOTION_TABLES);
    bind(AuditEventTypes).toConstantValue(PROMOTION_EVENTS);
    bind(PromotionStore).toSelf();
    bind(Promotions).toSelf();
    bind(PromotionCycle).toSelf();
    bind(PromotionRoutes).toSelf();
    bind(WebRoutes).toService(PromotionRoutes);
  },
});

/** Stores the proposals of promotion loops and the decisions about them, to inject as `Promotions`. */
export function promotionsModule(): ModuleDefinition {
  return promotions;
}

const promotePhrasebook = defineModule('promote_phrasebook', {
  needs: [messageLogModule(), promotions],
  bind: ({ bind }) => void bind(PromotePhrasebook).toSelf(),
});

/** Proposes phrases for questions that come repeatedly, as the daemon `promote_phrasebook`. */
export function promotePhrasebookModule(): ModuleDefinition {
  return promotePhrasebook;
}

const promoteSnapshotExpand = defineModule('promote_snapshot_expand', {
  needs: [promotions],
  bind: ({ bind }) => void bind(PromoteSnapshotExpand).toSelf(),
});

/** Proposes new fields of the snapshot, as the daemon `promote_snapshot_expand`. */
export function promoteSnapshotExpandModule(): ModuleDefinition {
  return promoteSnapshotExpand;
}

const promoteRouterTuning = defineModule('promote_router_tuning', {
  needs: [telemetryModule(), promotions],
  bind: ({ bind }) => void bind(PromoteRouterTuning).toSelf(),
});

/** Proposes to review the choice between the models, as the daemon `promote_router_tuning`. */
export function promoteRouterTuningModule(): ModuleDefinition {
  return promoteRouterTuning;
}

const promoteToolTrimming = defineModule('promote_tool_trimming', {
  needs: [promotions],
  bind: ({ bind }) => void bind(PromoteToolTrimming).toSelf(),
});

/** Proposes to take tools away from routes that never call them, as the daemon `promote_tool_trimming`. */
export function promoteToolTrimmingModule(): ModuleDefinition {
  return promoteToolTrimming;
}

const promoteProbeFixEnvelopes = defineModule('promote_probe_fix_envelopes', {
  needs: [promotions],
  bind: ({ bind }) => void bind(PromoteProbeFixEnvelopes).toSelf(),
});

/** Proposes fixes for trouble that probes find repeatedly, as the daemon `promote_probe_fix_envelopes`. */
export function promoteProbeFixEnvelopesModule(): ModuleDefinition {
  return promoteProbeFixEnvelopes;
}

const promoteEmailIntent = defineModule('promote_email_intent', {
  needs: [promotions],
  bind: ({ bind }) => void bind(PromoteEmailIntent).toSelf(),
});

/** Proposes patterns for mails whose intent is only logged, as the daemon `promote_email_intent`. */
export function promoteEmailIntentModule(): ModuleDefinition {
  return promoteEmailIntent;
}

export { titleOf } from './checkProposal';
export { PromotionDecidedError, PromotionDamagedError, PromotionInvalidError, PromotionUnknownError } from './errors';
export { PromoteEmailIntent, PromoteEmailIntentSettings } from './loops/PromoteEmailIntent';
export { PromotePhrasebook, PromotePhrasebookSettings } from './loops/PromotePhrasebook';
export { PromoteProbeFixEnvelopes, PromoteProbeFixEnvelopesSettings } from './loops/PromoteProbeFixEnvelopes';
export { PromoteRouterTuning, PromoteRouterTuningSettings } from './loops/PromoteRouterTuning';
export { PromoteSnapshotExpand, PromoteSnapshotExpandSettings } from './loops/PromoteSnapshotExpand';
export { PromoteToolTrimming, PromoteToolTrimmingSettings } from './loops/PromoteToolTrimming';
export {
  type DamagedPromotion,
  type Promotion,
  PROMOTION_STATES,
  promotionId,
  type PromotionState,
  type Proposal,
} from './Promotion';
export { type CycleSummary, type Observation, PromotionCycle, PromotionLoopSettings } from './PromotionCycle';
export {
  type ExecutionOutcome,
  type ExecutionRefusal,
  type PromotionFilter,
  Promotions,
  PromotionsSettings,
  type ProposeOutcome,
} from './Promotions';
export { PROMOTION_EVENTS } from './promotionEvents';
export type { StoreListing } from './PromotionStore';
