import type { ApplicationOptions } from 'daemonry';

import { listeners } from './listeners';
import { modules } from './modules';

/** What the application is made of; `main.ts` and the tests make theirs of the same. */
export const applicationOptions = (): ApplicationOptions => ({
  name: '{{name}}',
  listeners,
  modules: modules(),
});
