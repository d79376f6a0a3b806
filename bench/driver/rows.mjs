/** The middle of a list, which one slow process cannot move. */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The rows of one benchmark's table, a figure and a subject each. `toFirst` and `toOurs` are ratios of medians.
 * @returns {{ figure: string, unit: string, subject: string, middle?: number, least?: number, most?: number,
 *   toFirst?: number, toOurs?: number, missing?: string }[]}
 */
export function rowsOf({ figures, subjects }) {
  return figures.flatMap((figure) => {
    const lists = new Map(subjects.map((measured) => [measured.subject, valuesOf(figure, measured, subjects)]));
    const middles = new Map([...lists].map(([subject, list]) => [subject, list && median(list)]));
    const first = middles.get(subjects[0].subject);
    const ours = middles.get('daemonry');
    return subjects
      .filter(({ subject, missing }) => missing !== undefined || lists.get(subject) !== undefined)
      .map(({ subject, missing }) => {
        const row = { figure: figure.title, unit: figure.unit, subject };
        if (missing !== undefined) return { ...row, missing };
        const [list, middle] = [lists.get(subject), middles.get(subject)];
        Object.assign(row, { middle, least: Math.min(...list), most: Math.max(...list) });
        return figure.beyond ? row : { ...row, toFirst: middle / first, toOurs: middle / ours };
      });
  });
}

/** What was measured of a figure, or undefined where the subject has no such figure. */
function valuesOf({ key, beyond }, { subject, values }, subjects) {
  if (beyond === undefined) return values[key];
  const base = subjects.find((other) => other.subject === beyond.subject)?.values[beyond.key];
  if (base === undefined || subject !== 'daemonry') return undefined;
  return values[beyond.key]?.map((value) => (value - median(base)) / beyond.per);
}
