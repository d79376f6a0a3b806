import { commonPattern, tellingWords } from '../../promotions/similarity/words';
import { EarlierKeys, type EarlierPromotion, groupSimilar } from '../../promotions/similarity/groups';
import { LikenessIndex } from '../../promotions/similarity/LikenessIndex';

function likeness(a: string, b: string): number {
  const index = new LikenessIndex();
  index.add(a);
  return index.likenesses(b)[0] ?? Number.NaN;
}
const textOf = (text: string): string => text;

describe('The likeness of two texts', () => {
  it('is 1 for the same text, whatever its case and its space', () => {
    expect(likeness('How is  billing?', 'how is billing?')).toBeCloseTo(1);
  });

  it('is high for one more word, and low for another matter', () => {
    expect(
      likeness('what is the status of the billing service', 'what is the status of the billing service now'),
    ).toBeGreaterThan(0.9);
    expect(likeness('what is the status of the billing service', 'who broke the build')).toBeLessThan(0.3);
  });

  it('is told of each of many texts', () => {
    const index = new LikenessIndex();
    for (const text of ['how is billing', 'who broke the build', 'how is billing']) index.add(text);

    const [first = 0, second = 0, third = 0] = index.likenesses('how is billing');

    expect(first).toBeCloseTo(1);
    expect(second).toBeLessThan(0.3);
    expect(third).toBe(first);
  });

  it('is 0 with a text of nothing', () => {
    expect(likeness('', 'how is billing?')).toBe(0);
    expect(likeness('', '')).toBe(0);
  });
});

describe('Grouping', () => {
  it('puts what is alike together, and keeps every observation of the same text', async () => {
    const groups = await groupSimilar(
      ['How is billing today?', 'how is billing today?', 'Who broke the build?', 'How is billing today'],
      { textOf, similarity: 0.85 },
    );

    expect(groups.map(({ members }) => members)).toEqual([
      ['How is billing today?', 'how is billing today?', 'How is billing today'],
      ['Who broke the build?'],
    ]);
    expect(groups[0]?.texts).toEqual(['How is billing today?', 'How is billing today']);
    expect(groups[0]?.cohesion).toBeGreaterThan(0.95);
    expect(groups[1]?.cohesion).toBe(1);
  });

  it('of nothing is no group', async () => {
    expect(await groupSimilar([], { textOf, similarity: 0.85 })).toEqual([]);
  });

  it('ends when its signal aborts', async () => {
    const signal = AbortSignal.abort(new Error('enough'));

    await expect(groupSimilar(['a'], { textOf, similarity: 0.85, signal })).rejects.toThrow('enough');
  });

  it('gives way to other work while it computes', async () => {
    const texts = Array.from({ length: 600 }, (_, index) => `${index} ${'abcdefghij'.repeat(20)} ${index * 7919}`);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);

    await groupSimilar(texts, { textOf, similarity: 1 });

    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});

describe('A pattern of what texts have in common', () => {
  const compiled = (texts: readonly string[], among: readonly string[] = texts): RegExp => {
    const { source, flags } = commonPattern(texts, among) ?? { source: '$^', flags: '' };
    return new RegExp(source, flags);
  };

  it('matches every one of them, and what has the same words in another order', () => {
    const texts = ['What is the status of billing?', 'billing: status please', 'Status, of the BILLING service'];

    expect(commonPattern(texts, texts)?.words).toEqual(['billing', 'status']);
    expect(texts.filter((text) => compiled(texts).test(text))).toEqual(texts);
    expect(compiled(texts).test('Tell me\nhow billing is, its status')).toBe(true);
    expect(compiled(texts).test('status of the build')).toBe(false);
  });

  it('does not match a word inside another', () => {
    expect(compiled(['deploy it', 'the deploy']).test('who redeployed')).toBe(false);
  });

  it('prefers the words that tell it from others', () => {
    const texts = ['show open invoices of april today', 'open invoices of april today, please'];
    const among = [...texts, 'open tickets today', 'today is open day', 'what of april'];

    expect(commonPattern(texts, among)?.words).toContain('invoices');
    expect(commonPattern(texts, among)?.words).toHaveLength(3);
  });

  it('takes words of any script', () => {
    expect(compiled(['Wie läuft Größe?', 'größe bitte: läuft es']).test('LÄUFT die GRÖSSE? größe')).toBe(true);
  });

  it.each([
    ['no word in common', ['one thing', 'other matter']],
    ['only words that tell nothing', ['what is it?', 'is it what']],
    ['no words', ['???', '!!!']],
    ['no texts', []],
  ])('is none with %s', (_what, texts) => {
    expect(commonPattern(texts, texts)).toBeUndefined();
  });

  it('means nothing by what texts hold of the language of patterns, and takes no time on hostile ones', () => {
    const hostile = ['(a+)+$ [x-z]{9999} .*.*.* \\p{L} (?=deploy', '(a+)+$ deploy |||'];
    const pattern = compiled(hostile);
    const long = 'deplo '.repeat(30_000) + 'a'.repeat(100_000);
    const begun = performance.now();

    expect(pattern.test(long)).toBe(false);

    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(pattern.test('deploy')).toBe(true);
  });

  it('leaves out what mail programs put before a subject', () => {
    expect([...tellingWords('Re: Fwd: AW: Invoice 42')]).toEqual(['invoice', '42']);
  });
});

describe('The key of a group', () => {
  const known = [
    { key: 'billing status', samples: ['what is the status of billing'] },
    { key: 'older', samples: ['deploy', 'what is the status of billing'] },
  ];
  const keyOf = async (texts: readonly string[], earlier: readonly EarlierPromotion[] = known): Promise<string> =>
    (await EarlierKeys.of(earlier, { similarity: 0.85 })).keyOf(texts, 'fresh');

  it('is that of the first earlier promotion with samples like it', async () => {
    expect(await keyOf(['what is the status of billing now', 'status of billing'])).toBe('billing status');
    expect(await keyOf(['who broke the build', 'deploy'])).toBe('older');
  });

  it('is its own when there is none', async () => {
    expect(await keyOf(['who broke the build'])).toBe('fresh');
    expect(await keyOf(['who broke the build'], [])).toBe('fresh');
  });

  it('is found among thousands, and other work goes on meanwhile', async () => {
    const earlier = Array.from({ length: 3_000 }, (_, index) => ({
      key: `k${index}`,
      samples: [`${index * 7_919} ${'abcdefghij'.repeat(20)} ${index}`],
    }));
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);

    const key = await keyOf(['how is the weather'], earlier);

    clearInterval(timer);
    expect(key).toBe('fresh');
    expect(turns).toBeGreaterThan(3);
  });

  it('is not sought any more when the signal aborts', async () => {
    const signal = AbortSignal.abort(new Error('enough'));

    await expect(EarlierKeys.of(known, { similarity: 0.85, signal })).rejects.toThrow('enough');
  });
});
