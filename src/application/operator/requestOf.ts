import type { OperateRequest, OperatorAction } from '../../contracts/Operation';
import type { PauseOptions } from '../../contracts/Scheduler';
import { textOf } from '../../errors/serializeError';

/** The request of code of the application, by a short form of `operate`. Its texts may be anything: they are made to fit. */
export function requestOf(
  action: OperatorAction,
  listener: string,
  { by, reason, kind = 'automation', task, until }: Partial<PauseOptions>,
): OperateRequest {
  return {
    action,
    listener,
    kind,
    by: by === undefined ? 'the application' : oneLine(by, 100),
    reason: reason === undefined ? `${action}() was called` : oneLine(reason, 500),
    ...(task === undefined ? {} : { task }),
    ...(until === undefined ? {} : { until }),
  };
}

/** Makes one line of at most `most` characters of a text that may be anything. */
const oneLine = (given: unknown, most: number): string =>
  textOf(given)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .slice(0, most);
