const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * SUN',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** The names of its values, the first one for `least`. */
  readonly words?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS: readonly Field[] = [
  { name: 'seconds', least: 0, most: 59 },
  { name: 'minutes', least: 0, most: 59 },
  { name: 'hours', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: MONTHS },
  { name: 'day of the week', least: 0, most: 6, words: WEEKDAYS },
  { name: 'year', least: 1, most: 9_999 },
];
const DAY_OF_MONTH = 3;
const DAY_OF_WEEK = 5;

/**
 * The seven fields of a pattern as croner reads them, seconds first and year last. Adds what croner does not know: nicknames,
 * `n/step` and the rule of crontab(5) for the two fields of days.
 *
 * @throws Error, whose message is one clause that says what to write instead.
 */
export function toCroner(pattern: string): string[] {
  const fields = fieldsOf(pattern).map((field, index) => {
    const kind = FIELDS[index] as Field;
    return field
      .replaceAll('?', '*')
      .split(',')
      .map((item) => translateItem(item, kind))
      .join(',');
  });
  const [dayOfMonth = '', dayOfWeek = ''] = [fields[DAY_OF_MONTH], fields[DAY_OF_WEEK]];
  // crontab(5): a day has to fit both fields if one of them begins with a star; croner looks for a star alone, or a plus.
  const isStepped = [dayOfMonth, dayOfWeek].some((field) => field.startsWith('*') && field !== '*');
  if (isStepped && !dayOfWeek.startsWith('+')) fields[DAY_OF_WEEK] = `+${dayOfWeek}`;
  return fields;
}

/** Says what works in a pattern, but is probably not meant: one sentence each. The pattern has been checked. */
export function cronDoubts(pattern: string): string[] {
  const fields = fieldsOf(pattern);
  const doubts = fields.flatMap((field, index) => {
    const { name, least, most } = FIELDS[index] as Field;
    const step = /^[*?]\/(\d+)$/.exec(field)?.[1];
    if (step === undefined || Number(step) <= most - least || name === 'year') return [];
    return [`"${field}" in the ${name} means ${least} alone: write ${least}, or an interval if the gap is meant.`];
  });
  const dayOfWeek = fields[DAY_OF_WEEK] ?? '';
  if (fields[DAY_OF_MONTH] === '?' && /^[\d,\-#/L]+$/i.test(dayOfWeek)) {
    doubts.push(
      `"${dayOfWeek}" in the day of the week counts from 0, Sunday, as in crontab(5); Quartz counts from 1. Write names, such as MON, to be sure.`,
    );
  }
  return doubts;
}

/** The seven fields as they are written. */
function fieldsOf(pattern: string): string[] {
  const text = pattern.trim();
  if (text.startsWith('@')) return fieldsOf(nicknamed(text));
  if (/^(CRON_)?TZ=/i.test(text)) throw new Error('it begins with a time zone; give that as `timeZone`');
  const fields = text === '' ? [] : text.split(/\s+/);
  if (fields.length < 5 || fields.length > 7) {
    throw new Error(
      `it has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}; write 5 fields, 6 with the seconds first, or 7 with the year last`,
    );
  }
  if (fields.length === 5) fields.unshift('0');
  if (fields.length === 6) fields.push('*');
  return fields;
}

function nicknamed(text: string): string {
  const pattern = NICKNAMES[text.toLowerCase()];
  if (pattern !== undefined) return pattern;
  if (/^@reboot$/i.test(text)) {
    throw new Error('@reboot is no time; write a `startup` hook, or an interval with `initialDelay: 0`');
  }
  if (/^@every\b/i.test(text))
    throw new Error("@every needs a duration of 10ms or more; write @every 5m, or `interval: '5m'`");
  throw new Error(`there is no such nickname; write one of ${Object.keys(NICKNAMES).join(', ')}, @every 5m`);
}

/** One item of a list: gives `n/step` its end, and refuses by name what other programs have and this one does not. */
function translateItem(item: string, { name, least, most, words }: Field): string {
  const place = `"${item}" in the ${name}`;
  if (/^H\b/i.test(item)) throw new Error(`${place} is of Jenkins; write a number, and \`jitter\` to spread the load`);
  if (/^L-\d+W?$/i.test(item)) throw new Error(`${place} counts days from the end, which only L, LW and 15W can do`);
  const [range = '', step] = item.split('/');
  const valueOf = (text: string): number => {
    const index = words?.indexOf(text.toUpperCase()) ?? -1;
    return index >= 0 ? index + least : /^\d+$/.test(text) ? Number(text) : NaN;
  };
  if (step !== undefined && Number(step) > most - least + 1) {
    throw new Error(`${place} is a step of more than the field holds; write an interval`);
  }
  const [from = '', to] = range.split('-');
  const [first, last] = [valueOf(from), to === undefined ? NaN : valueOf(to)];
  // A week may end with Sunday, as 7 or by its name.
  const isToSunday = words === WEEKDAYS && to !== undefined && (last === 0 || last === 7);
  if (first > last && !isToSunday) {
    const [least1, most1] = [words?.[0] ?? least, words?.at(-1) ?? most];
    throw new Error(
      step === undefined
        ? `${place} goes over the end of the field; write ${from}-${most1},${least1}-${to}`
        : `${place} goes over the end of the field; write a list`,
    );
  }
  // Quartz and Spring: from n to the end.
  if (step !== undefined && to === undefined && !Number.isNaN(first)) return `${from}-${Math.max(most, first)}/${step}`;
  return item;
}
