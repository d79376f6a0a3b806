import { cutText } from '../shared/text';
import { PromotionInvalidError } from './errors';
import { isLoopName, type Proposal } from './Promotion';

/** Longest texts in characters (`bodyBytes` in bytes), and the largest number of samples. */
export const LIMITS = {
  key: 4_096,
  title: 200,
  bodyBytes: 16_384,
  samples: 5,
  sample: 500,
  by: 100,
  reason: 500,
} as const;

// No control character, and not only space.
const LINE = /^[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$/u;

/**
 * Returns the proposal in the form that is stored: plain JSON, samples cut.
 *
 * @throws PromotionInvalidError with everything that is wrong with it.
 */
export function checkProposal(proposal: Proposal): Proposal {
  const { loop, key, title, confidence, body, samples } = proposal;
  const json = JSON.stringify(body);
  refuse([
    ...(isLoopName(loop) ? [] : ['"loop" must be lower-case words with one underscore between them.']),
    ...(key.length >= 1 && key.length <= LIMITS.key ? [] : [`"key" must be 1 to ${LIMITS.key} characters.`]),
    ...lineProblems('title', title),
    ...(confidence >= 0 && confidence <= 1 ? [] : ['"confidence" must be a number from 0 to 1.']),
    ...(Buffer.byteLength(json) <= LIMITS.bodyBytes ? [] : [`"body" must be at most ${LIMITS.bodyBytes} bytes.`]),
    ...(samples.length <= LIMITS.samples ? [] : [`"samples" must be at most ${LIMITS.samples}.`]),
  ]);
  return {
    ...proposal,
    body: JSON.parse(json) as Proposal['body'],
    samples: samples.map((sample) => cutText(sample, LIMITS.sample)),
  };
}

/** Checks the name and the reason of a decision. @throws PromotionInvalidError if one is blank, too long, or not one line. */
export function checkDecision({ by, reason }: { readonly by: string; readonly reason?: string }): void {
  refuse([...lineProblems('by', by), ...(reason === undefined ? [] : lineProblems('reason', reason))]);
}

/** Makes a text fit to be the title of a proposal: one line, cut at 200 characters. */
export const titleOf = (text: string): string => cutText(text.replace(/[\p{Cc}\s]+/gu, ' ').trim(), LIMITS.title);

function lineProblems(name: 'title' | 'by' | 'reason', text: string): readonly string[] {
  const isGood = text.length <= LIMITS[name] && LINE.test(text);
  return isGood ? [] : [`"${name}" must be one line of 1 to ${LIMITS[name]} characters that says something.`];
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new PromotionInvalidError(problems);
}
