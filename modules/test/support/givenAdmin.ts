import { adminModule } from '@daemonry/modules/admin';
import { webModule } from '@daemonry/modules/web';

import { givenRunningWeb } from './givenWeb';

type Options = NonNullable<Parameters<typeof givenRunningWeb>[0]>;

/** An application that serves the dashboard on a free port. */
export const givenAdmin = ({ modules = [], ...options }: Options = {}, web: Record<string, unknown> = {}) =>
  givenRunningWeb({ modules: [webModule(), adminModule(), ...modules], ...options }, web);

/** A file as it is served; the body as text. */
export async function fetchText(url: string, init: RequestInit = {}) {
  const answer = await fetch(url, { redirect: 'manual', ...init });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
}
