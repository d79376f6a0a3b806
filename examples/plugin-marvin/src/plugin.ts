// region plugin
import type { PluginContext } from 'daemonry';

import { MarvinSettings } from './MarvinSettings';
import { readIdentity } from './readIdentity';

export function register({ settings, registerIdentityProvider, registerBackgroundDaemon }: PluginContext): void {
  const { interval, gloom } = settings(MarvinSettings);
  let sighs = 0;

  registerIdentityProvider(() => readIdentity());

  registerBackgroundDaemon({
    name: 'marvin_sighs',
    // Fails where the texts are missing, and not at the first question.
    startup: async () => {
      await readIdentity();
    },
    periodicTasks: [
      {
        name: 'sigh',
        interval,
        tick: ({ log, commit }) => {
          commit(() => sighs++);
          log.info(`Sigh${'.'.repeat(gloom)}`, { sighs });
        },
      },
    ],
    shutdown: ({ log }) => {
      log.info('At last.', { sighs });
    },
  });
}
// endregion plugin
