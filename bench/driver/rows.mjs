/** The middle of a list, which one slow process cannot move. */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What was measured of a figure for each subject that has it. */
function valuesOf({ subjects }, { key, beyond }) {
  if (beyond === undefined) return new Map(subjects.flatMap(({ subject, values }) => entry(subject, values[key])));
  const lists = valuesOf({ subjects }, { key: beyond.key });
  const base = lists.get(beyond.subject);
  if (base === undefined) return new Map();
  const beyondBase = lists.get('daemonry')?.map((value) => (value - median(base)) / beyond.per);
  return new Map(entry('daemonry', beyondBase));
}

function entry(subject, list) {
  return list === undefined ? [] : [[subject, list]];
}

/**
 * The rows of one benchmark's table, a figure and a subject each. `toFirst` and `toOurs` are ratios of medians.
 * @returns {{ figure: string, unit: string, subject: string, middle?: number, least?: number, most?: number,
 *   toFirst?: number, toOurs?: number, missing?: string }[]}
 */
export function rowsOf(result) {
  return result.figures.flatMap((figure) => {
    const lists = valuesOf(result, figure);
    const middles = new Map([...lists].map(([subject, list]) => [subject, median(list)]));
    const first = middles.get(result.subjects[0].subject);
    const ours = middles.get('daemonry');
    return result.subjects.flatMap(({ subject, missing }) => {
      const row = { figure: figure.title, unit: figure.unit, subject };
      if (missing !== undefined) return figure.beyond ? [] : [{ ...row, missing }];
      const [list, middle] = [lists.get(subject), middles.get(subject)];
      if (list === undefined) return [];
      Object.assign(row, { middle, least: Math.min(...list), most: Math.max(...list) });
      return [figure.beyond ? row : { ...row, toFirst: middle / first, toOurs: middle / ours }];
    });
  });
}

/**
 * The median of a figure of one subject, divided by that of another if it is said; undefined where one is missing,
 * and where there is no such figure.
 * @returns {number | undefined}
 */
export function figureOf(result, { key, of = 'daemonry', over }) {
  const figure = result.figures.find((other) => other.key === key);
  if (figure === undefined) return undefined;
  const lists = valuesOf(result, figure);
  const needed = over === undefined ? [of] : [of, over];
  if (needed.some((subject) => !lists.has(subject))) return undefined;
  const [value, base = 1] = needed.map((subject) => median(lists.get(subject)));
  return value / base;
}
