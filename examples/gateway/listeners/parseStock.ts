const HEADER = 'article,quantity';

/**
 * Reads a stock list: the header `article,quantity`, then one article a line.
 *
 * @throws Error naming the file and the line that is wrong.
 */
export function parseStock(file: string, text: string): ReadonlyMap<string, number> {
  const [header, ...lines] = text.trimEnd().split(/\r?\n/);
  if (header !== HEADER) throw new Error(`${file}, line 1: expected "${HEADER}", found "${header ?? ''}"`);
  return new Map(lines.map((line, index) => parseLine(`${file}, line ${index + 2}`, line)));
}

function parseLine(where: string, line: string): [article: string, quantity: number] {
  const [article, quantity, ...more] = line.split(',');
  if (article === undefined || article === '' || quantity === undefined || more.length > 0) {
    throw new Error(`${where}: expected an article and a quantity, found "${line}"`);
  }
  if (!/^\d+$/.test(quantity)) throw new Error(`${where}: "${quantity}" is not a quantity`);
  return [article, Number(quantity)];
}
