import type { PluginContext } from 'daemonry';

import { {{pascal}} } from './{{pascal}}';

/** Called once, while the application is put together: all that is registered here counts, or nothing does. */
export function register({ registerListener }: PluginContext): void {
  registerListener({{pascal}});
}
