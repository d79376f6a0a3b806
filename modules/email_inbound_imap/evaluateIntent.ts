const LONGEST_READ = 4_096;

/** The first rule that matches says what a mail asks for. They see one line, with single spaces. */
const RULES: readonly { readonly intent: string; readonly pattern: RegExp }[] = [
  {
    intent: 'ticket',
    pattern: /\b(?:open|create|file|raise|log) (?:a |an |the )?(?:new )?(?:ticket|issue|bug|incident)\b/i,
  },
  { intent: 'ticket', pattern: /^(?:re: |fwd?: )*(?:ticket|bug|issue|incident)\b ?[:#-]/i },
  { intent: 'task', pattern: /\b(?:add|create|schedule|make) (?:a |an |the )?(?:new )?(?:task|to-?do|reminder)\b/i },
  { intent: 'task', pattern: /\b(?:remind me|please (?:do|check|look into|take care of|follow up))\b/i },
  { intent: 'task', pattern: /^(?:re: |fwd?: )*(?:task|to-?do)\b ?[:#-]/i },
];

/** What a mail asks for, by simple rules: `ticket`, `task`, or `undefined` when none of them matches. */
export function evaluateIntent({
  subject,
  text,
}: {
  readonly subject: string;
  readonly text: string;
}): string | undefined {
  const lines = [subject, text].map((part) => part.slice(0, LONGEST_READ).replace(/\s+/g, ' ').trim());
  return RULES.find(({ pattern }) => lines.some((line) => pattern.test(line)))?.intent;
}
