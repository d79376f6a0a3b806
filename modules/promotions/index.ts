import { ContainerModule } from 'inversify';

import { bindMessageLog } from '../message_log/bindMessageLog';
import { bindTelemetry } from '../cost_telemetry/bindTelemetry';
import { bindPromotions } from './bindPromotions';
import { PromoteEmailIntent } from './loops/PromoteEmailIntent';
import { PromotePhrasebook } from './loops/PromotePhrasebook';
import { PromoteProbeFixEnvelopes } from './loops/PromoteProbeFixEnvelopes';
import { PromoteRouterTuning } from './loops/PromoteRouterTuning';
import { PromoteSnapshotExpand } from './loops/PromoteSnapshotExpand';
import { PromoteToolTrimming } from './loops/PromoteToolTrimming';

/** Stores the proposals of promotion loops and the decisions about them, to inject as `Promotions`. */
export function promotionsModule(): ContainerModule {
  return new ContainerModule(bindPromotions);
}

/** Proposes phrases for questions that come again and again, as the daemon `promote_phrasebook`. */
export function promotePhrasebookModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindMessageLog(options);
    bindPromotions(options);
    options.bind(PromotePhrasebook).toSelf();
  });
}

/** Proposes new fields of the snapshot, as the daemon `promote_snapshot_expand`. */
export function promoteSnapshotExpandModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindPromotions(options);
    options.bind(PromoteSnapshotExpand).toSelf();
  });
}

/** Proposes to review the choice between the models, as the daemon `promote_router_tuning`. */
export function promoteRouterTuningModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindTelemetry(options);
    bindPromotions(options);
    options.bind(PromoteRouterTuning).toSelf();
  });
}

/** Proposes to take tools away from routes that never call them, as the daemon `promote_tool_trimming`. */
export function promoteToolTrimmingModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindPromotions(options);
    options.bind(PromoteToolTrimming).toSelf();
  });
}

/** Proposes fixes for trouble that probes find again and again, as the daemon `promote_probe_fix_envelopes`. */
export function promoteProbeFixEnvelopesModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindPromotions(options);
    options.bind(PromoteProbeFixEnvelopes).toSelf();
  });
}

/** Proposes patterns for mails whose intent is only logged, as the daemon `promote_email_intent`. */
export function promoteEmailIntentModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindPromotions(options);
    options.bind(PromoteEmailIntent).toSelf();
  });
}

export { bindPromotions } from './bindPromotions';
export { titleOf } from './checkProposal';
export { PromotionDecidedError, PromotionFileError, PromotionInvalidError, PromotionUnknownError } from './errors';
export { PromoteEmailIntent, PromoteEmailIntentSettings } from './loops/PromoteEmailIntent';
export { PromotePhrasebook, PromotePhrasebookSettings } from './loops/PromotePhrasebook';
export { PromoteProbeFixEnvelopes, PromoteProbeFixEnvelopesSettings } from './loops/PromoteProbeFixEnvelopes';
export { PromoteRouterTuning, PromoteRouterTuningSettings } from './loops/PromoteRouterTuning';
export { PromoteSnapshotExpand, PromoteSnapshotExpandSettings } from './loops/PromoteSnapshotExpand';
export { PromoteToolTrimming, PromoteToolTrimmingSettings } from './loops/PromoteToolTrimming';
export {
  type DamagedFile,
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
export type { StoreListing } from './PromotionStore';
