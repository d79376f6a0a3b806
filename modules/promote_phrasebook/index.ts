import { ContainerModule } from 'inversify';

import { bindMessageLog } from '../message_log/bindMessageLog';
import { bindPromotions } from '../promotions/bindPromotions';
import { PromotePhrasebook } from './PromotePhrasebook';

/** Proposes phrases for questions that come again and again, as the daemon `promote_phrasebook`. */
export function promotePhrasebookModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindMessageLog(options);
    bindPromotions(options);
    options.bind(PromotePhrasebook).toSelf();
  });
}

export { PromotePhrasebook } from './PromotePhrasebook';
export { PromotePhrasebookSettings } from './PromotePhrasebookSettings';
