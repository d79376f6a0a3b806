import type { Jitter } from '../contracts/entries';
import { formatDuration } from '../time/duration';

/** As people write it: `none`, `5s`, `10%`. */
export function describeJitter(jitter: Jitter): string {
  switch (jitter.kind) {
    case 'none':
      return 'none';
    case 'ms':
      return formatDuration(jitter.ms);
    case 'percent':
      return `${jitter.percent}%`;
  }
}
