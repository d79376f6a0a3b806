import { givenReplies, json, type Reply } from './givenReplies';

export interface SlackCall {
  /** Such as `chat.postMessage`. */
  readonly method: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, string>>;
}

export const ACCEPTED = json({ ok: true, team: 'Acme', user: 'gateway' });
export const POSTED = json({ ok: true, channel: 'C1', ts: '1700.1' });

/** Answers the token check with `auth`, and the calls after it with `replies`, in order. */
export async function givenSlack({
  auth = ACCEPTED,
  replies = [POSTED],
}: { auth?: Reply; replies?: readonly Reply[] } = {}) {
  const waiting = [...replies];
  const { url, calls } = await givenReplies(({ path }) => (path === '/api/auth.test' ? auth : waiting.shift()));
  return {
    apiUrl: `${url}/api/`,
    calls: (): readonly SlackCall[] =>
      calls.map(({ path, headers: { authorization }, body }) => ({
        method: path.replace('/api/', ''),
        authorization,
        body: Object.fromEntries(new URLSearchParams(body)),
      })),
  };
}
