import { messageOf } from 'daemonry';

import { mapLimited } from '../../shared/mapLimited';
import type { FlySettings } from '../HeartbeatProbesSettings';
import type { ProbeCategory, ProbeFinding } from '../ProbeFindings';
import { type Ask, expectObjects, UnexpectedStatus, type VendorProbe } from './VendorProbe';

const APPS_AT_ONCE = 5;

interface Answered {
  readonly app: string;
  readonly machines: number;
  /** Machines that are not started, with their states. */
  readonly notStarted: readonly string[];
}

interface Silent {
  readonly app: string;
  readonly error: Error;
}

/** Degraded when a machine is not started, or an app did not answer as expected; unhealthy when no app did. */
export const flyProbe = ({ token, apps, baseUrl }: FlySettings): VendorProbe => ({
  name: 'fly',
  baseUrl,
  needs: {
    'heartbeat_probes.fly.token': token,
    'heartbeat_probes.fly.apps': apps.length === 0 ? undefined : apps.join(),
  },
  token,
  check: async (ask) => judge(await mapLimited(apps, APPS_AT_ONCE, (app) => askApp(ask, app))),
});

/** Asks for the machines of one app. Never rejects, so that no request for another app is left behind. */
async function askApp(ask: Ask, app: string): Promise<Answered | Silent> {
  try {
    const machines = expectObjects(await ask(`/v1/apps/${app}/machines`), 'machines');
    const notStarted = machines
      .filter(({ state }) => state !== 'started')
      .map(({ id, state }) => `${app}: machine ${String(id).slice(0, 50)} is ${String(state).slice(0, 50)}`);
    return { app, machines: machines.length, notStarted };
  } catch (error) {
    return { app, error: error as Error };
  }
}

function judge(answers: readonly (Answered | Silent)[]): ProbeFinding {
  const answered = answers.filter((answer) => 'machines' in answer);
  const silent = answers.filter((answer) => 'error' in answer);
  const reasons = silent.map(({ app, error }) => `${app}: ${messageOf(error)}`);
  if (answered.length === 0) {
    const unexpected = silent.find(({ error }) => !(error instanceof UnexpectedStatus));
    if (unexpected !== undefined) throw unexpected.error;
    return { status: 'unhealthy', category: 'apps_unreachable', error: `No app answered: ${reasons.join('; ')}` };
  }
  const notStarted = answered.flatMap((answer) => answer.notStarted);
  const details = {
    apps: answered.length,
    machines: answered.reduce((sum, { machines }) => sum + machines, 0),
    notStarted: notStarted.length,
  };
  if (notStarted.length + silent.length === 0) return { status: 'healthy', details };
  return {
    status: 'degraded',
    category: categoryOf(notStarted.length),
    details,
    error: [...notStarted, ...reasons].join('; '),
  };
}

function categoryOf(notStarted: number): ProbeCategory {
  if (notStarted === 0) return 'apps_unreachable';
  return notStarted === 1 ? 'single_machine_not_started' : 'machines_not_started';
}
