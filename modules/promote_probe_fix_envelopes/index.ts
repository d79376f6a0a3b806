import { ContainerModule } from 'inversify';

import { bindPromotions } from '../promotions/bindPromotions';
import { PromoteProbeFixEnvelopes } from './PromoteProbeFixEnvelopes';

/** Proposes fixes for what probes find again and again, as the daemon `promote_probe_fix_envelopes`. */
export function promoteProbeFixEnvelopesModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindPromotions(options);
    options.bind(PromoteProbeFixEnvelopes).toSelf();
  });
}

export { PromoteProbeFixEnvelopes } from './PromoteProbeFixEnvelopes';
export { PromoteProbeFixEnvelopesSettings } from './PromoteProbeFixEnvelopesSettings';
