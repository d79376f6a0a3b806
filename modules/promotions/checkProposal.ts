import { cutText } from '../shared/cutText';
import type { Proposal } from './Promotion';
import { PromotionInvalidError } from './errors';

// No control character, and not only space.
const LINE = /^[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$/u;

/**
 * The proposal as it is stored: plain JSON, samples cut.
 *
 * @throws PromotionInvalidError with everything that is wrong with it.
 */
export function checkProposal(proposal: Proposal): Proposal {
  const { key, title, confidence, body, samples } = proposal;
  const json = JSON.stringify(body);
  refuse([
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

/** @throws PromotionInvalidError for a name, or a reason, that says nothing or too much. */
export function checkDecision({ by, reason }: { readonly by: string; readonly reason?: string }): void {
  refuse([...lineProblems('by', by), ...(reason === undefined ? [] : lineProblems('reason', reason))]);
}

function lineProblems(name: 'title' | 'by' | 'reason', text: string): readonly string[] {
  const isGood = text.length <= LIMITS[name] && LINE.test(text);
  return isGood ? [] : [`"${name}" must be one line of 1 to ${LIMITS[name]} characters that says something.`];
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new PromotionInvalidError(problems);
}

/** How long, in characters, and how many. */
export const LIMITS = {
  key: 4_096,
  title: 200,
  bodyBytes: 16_384,
  samples: 5,
  sample: 500,
  by: 100,
  reason: 500,
} as const;

/** A text as the title of a proposal: one line, and no longer than a title may be. */
export const titleOf = (text: string): string => cutText(text.replace(/[\p{Cc}\s]+/gu, ' ').trim(), LIMITS.title);
