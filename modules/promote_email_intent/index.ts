import { ContainerModule } from 'inversify';

import { bindPromotions } from '../promotions/bindPromotions';
import { PromoteEmailIntent } from './PromoteEmailIntent';

/** Proposes patterns for mails whose intent is only logged, as the daemon `promote_email_intent`. */
export function promoteEmailIntentModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindPromotions(options);
    options.bind(PromoteEmailIntent).toSelf();
  });
}

export { PromoteEmailIntent } from './PromoteEmailIntent';
export { PromoteEmailIntentSettings } from './PromoteEmailIntentSettings';
