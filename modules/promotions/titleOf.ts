import { cutText } from '../shared/cutText';
import { LIMITS } from './proposalLimits';

/** A text as the title of a proposal: one line, and no longer than a title may be. */
export const titleOf = (text: string): string => cutText(text.replace(/[\p{Cc}\s]+/gu, ' ').trim(), LIMITS.title);
