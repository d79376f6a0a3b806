const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A length of time in two units at most: `0 ms`, `310 ms`, `12.4 s`, `3 m 20 s`, `2 h 5 m`, `3 d 4 h`.
 *
 * @param {number} ms
 */
export function duration(ms) {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < HOUR) return two(ms, MINUTE, 'm', SECOND, 's');
  if (ms < DAY) return two(ms, HOUR, 'h', MINUTE, 'm');
  return two(ms, DAY, 'd', HOUR, 'h');
}

/** @param {number} ms @param {number} big @param {string} bigName @param {number} small @param {string} smallName */
function two(ms, big, bigName, small, smallName) {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/**
 * A length of time in one unit, for a list that is read quickly: `now`, `12 s`, `3 m`, `2 h`, `3 d`.
 *
 * @param {number} ms
 */
export function brief(ms) {
  const length = Math.abs(ms);
  if (length < SECOND) return 'now';
  if (length < MINUTE) return `${Math.floor(length / SECOND)} s`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)} m`;
  if (length < 2 * DAY) return `${Math.floor(length / HOUR)} h`;
  return `${Math.floor(length / DAY)} d`;
}

/** How long ago, or how long until: `3 m ago`, `in 12 s`. @param {string | undefined} instant @param {number} now */
export function relative(instant, now) {
  if (instant === undefined) return '';
  const ms = Date.parse(instant) - now;
  if (Math.abs(ms) < SECOND) return 'now';
  return ms < 0 ? `${brief(ms)} ago` : `in ${brief(ms)}`;
}

/** A length of time in whole seconds, for a clock that goes on. @param {number} ms */
export const elapsed = (ms) => (ms < MINUTE ? `${Math.max(0, Math.floor(ms / SECOND))} s` : duration(ms));

/** @param {number} value @param {number} [width] */
const padded = (value, width = 2) => String(value).padStart(width, '0');

/** The local time of day: `14:03:07`. @param {string | number} instant */
export function timeOfDay(instant) {
  const date = new Date(instant);
  return `${padded(date.getHours())}:${padded(date.getMinutes())}:${padded(date.getSeconds())}`;
}

/** The local day and time: `2030-01-31 14:03:07`; the time alone when it is the day of `now`. @param {string | number} instant @param {number} [now] */
export function moment(instant, now) {
  const date = new Date(instant);
  const day = `${date.getFullYear()}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`;
  const isToday = now !== undefined && new Date(now).toDateString() === date.toDateString();
  return isToday ? timeOfDay(instant) : `${day} ${timeOfDay(instant)}`;
}

/**
 * The zone of all times that are shown, at an instant: `UTC`, `Europe/Berlin, UTC+01:00`.
 *
 * @param {number} at
 */
export function zoneText(at) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const offset = -new Date(at).getTimezoneOffset();
  if (timeZone === 'UTC') return 'UTC';
  const length = Math.abs(offset);
  return `${timeZone}, UTC${offset < 0 ? '-' : '+'}${padded(Math.floor(length / 60))}:${padded(length % 60)}`;
}

const UNITS = /** @type {const} */ ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 });

/** The instant that lies a duration such as `12h` before now; any other text stays as it is. @param {string} text @param {number} now */
export function instantBefore(text, now) {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return text;
  const at = new Date(now - Number(count) * UNITS[/** @type {keyof typeof UNITS} */ (unit)]);
  return Number.isNaN(at.getTime()) ? text : at.toISOString();
}

/** An instant as a field of local time takes it; empty for what is no instant. @param {string} instant */
export function fieldTime(instant) {
  return Number.isNaN(Date.parse(instant)) ? '' : moment(instant).replace(' ', 'T');
}

/** A number with thin spaces between the thousands. @param {number} value */
export const count = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ' ');

/** A number of things in words: `1 listener`, `3 listeners`. @param {number} value @param {string} noun */
export const counted = (value, noun) => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** A value of the configuration as text. @param {unknown} value */
export function valueText(value) {
  if (typeof value === 'string') return value === '' ? '""' : value;
  return JSON.stringify(value) ?? 'undefined';
}

/** The first line of a text, cut. @param {string} text @param {number} [longest] */
export function firstLine(text, longest = 240) {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
