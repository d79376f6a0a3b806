import { DaemonryError } from 'daemonry';

/** What was given to make or decide a promotion is out of its limits. */
export class PromotionInvalidError extends DaemonryError {
  constructor(readonly problems: readonly string[]) {
    super('PROMOTION_INVALID', {
      what: 'A promotion is not made or decided like this.',
      facts: Object.fromEntries(problems.map((problem, index) => [`${index + 1}`, problem])),
      fix: 'stay within these limits.',
    });
  }
}
