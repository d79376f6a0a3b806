import type { RunQuery } from 'daemonry';

const LARGEST_LIMIT = 1_000;
const PARAMETERS = ['listener', 'task', 'limit'];

export type ParsedRunsQuery =
  | { readonly ok: true; readonly listener: string; readonly query: RunQuery }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the query of `/api/runs`; reports everything that is wrong with it. */
export function parseRunsQuery(given: Readonly<Record<string, unknown>>): ParsedRunsQuery {
  const problems = Object.keys(given)
    .filter((name) => !PARAMETERS.includes(name))
    .map((name) => `"${name}" is not a parameter; known are ${PARAMETERS.join(', ')}.`);

  const text = (name: string): string | undefined => {
    const value = given[name];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value !== '') return value;
    problems.push(Array.isArray(value) ? `"${name}" is given more than once.` : `"${name}" is empty.`);
    return undefined;
  };

  const [listener, task, limitText] = [text('listener'), text('task'), text('limit')];
  if (given['listener'] === undefined) problems.push('"listener" is missing: name the listener whose runs you want.');
  const limit = limitText === undefined ? undefined : Number(limitText);
  if (limit !== undefined && !(/^\d+$/.test(limitText ?? '') && limit >= 1 && limit <= LARGEST_LIMIT)) {
    problems.push(`"limit" must be a whole number from 1 to ${LARGEST_LIMIT}, not "${limitText ?? ''}".`);
  }

  if (listener === undefined || problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    listener,
    query: { ...(task === undefined ? {} : { task }), ...(limit === undefined ? {} : { limit }) },
  };
}
