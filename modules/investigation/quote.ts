import { cutText } from '../shared/cutText';

const LONGEST = 800;

/** What other systems wrote, between marks that it cannot hold itself; cut at 800 characters. */
export const quote = (text: string): string => `<<<${cutText(text.replace(/<{3,}|>{3,}/g, ''), LONGEST)}>>>`;
