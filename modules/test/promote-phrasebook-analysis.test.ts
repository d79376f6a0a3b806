import {
  categoryOf,
  commonAnswer,
  type Exchange,
  exchangeOf,
  type PhraseOptions,
  proposePhrases,
} from '../promotions/loops/PromotePhrasebook';

const OPTIONS: PhraseOptions = {
  similarity: 0.85,
  minClusterSize: 5,
  answerSimilarity: 0.92,
  answerShare: 0.75,
  earlier: [],
};
const DOCS = 'The deployment guide is at https://docs.example.test/deploy.';

const asked = (question: string, answer: string, at = 0): Exchange => ({ question, answer, at });
const times = (count: number, exchange: Exchange): Exchange[] => Array.from({ length: count }, () => exchange);

describe('The phrases that are proposed', () => {
  it('come from questions that were asked often enough and got the same answer', async () => {
    const exchanges = [
      ...times(3, asked('Where is the deployment guide?', DOCS, 10)),
      asked('where is the deployment guide please?', DOCS, 30),
      asked('Where is the deployment guide', DOCS, 20),
      ...times(4, asked('Who is on call?', 'ada')),
    ];

    const { observed, proposals, figures } = await proposePhrases(exchanges, OPTIONS);

    expect({ observed, figures }).toEqual({
      observed: 9,
      figures: { clusters: 1, differentAnswers: 0, withoutPattern: 0 },
    });
    expect(proposals).toEqual([
      {
        key: 'deployment guide',
        title: 'Answer "Where is the deployment guide?" without asking a model',
        confidence: expect.closeTo(0.99, 1) as number,
        body: {
          pattern: { source: expect.any(String) as string, flags: 'isu' },
          words: ['deployment', 'guide'],
          reply: DOCS,
          category: 'general',
          observations: 5,
          cohesion: expect.any(Number) as number,
          consistency: 1,
          alsoMatches: 0,
        },
        samples: [
          'Where is the deployment guide?',
          'where is the deployment guide please?',
          'Where is the deployment guide',
        ],
        observedAt: 30,
      },
    ]);
  });

  it('have a pattern of the words of the questions, which matches all of them, and not one of the answer', async () => {
    const answer = 'Kubernetes runs on seven nodes in Frankfurt.';
    const questions = [
      'how big is our production cluster?',
      'How big is our production cluster',
      'how BIG is our production cluster now?',
    ];
    const exchanges = questions.flatMap((question) => times(2, asked(question, answer)));

    const { proposals } = await proposePhrases(exchanges, OPTIONS);

    const { source, flags } = proposals[0]?.body['pattern'] as { source: string; flags: string };
    const pattern = new RegExp(source, flags);
    expect(questions.filter((question) => pattern.test(question))).toEqual(questions);
    expect(pattern.test(answer)).toBe(false);
    expect(source).not.toMatch(/kubernetes|nodes|frankfurt/i);
  });

  it('count identical answers as observations of their own', async () => {
    const exchanges = times(5, asked('Where is the deployment guide?', DOCS));

    expect((await proposePhrases(exchanges, OPTIONS)).proposals[0]?.body).toMatchObject({ observations: 5 });
    expect((await proposePhrases(exchanges.slice(1), OPTIONS)).proposals).toEqual([]);
  });

  it('are none where the answers differ too much', async () => {
    const answers = [DOCS, DOCS, DOCS, 'I do not know.', 'Ask somebody else about that.'];
    const exchanges = answers.map((answer) => asked('Where is the deployment guide?', answer));

    expect(await proposePhrases(exchanges, OPTIONS)).toMatchObject({ proposals: [], figures: { differentAnswers: 1 } });
  });

  it('are none where the questions have no telling word', async () => {
    const exchanges = times(5, asked('What is it?', 'An application.'));

    expect(await proposePhrases(exchanges, OPTIONS)).toMatchObject({ proposals: [], figures: { withoutPattern: 1 } });
  });

  it('say how many other questions they would answer', async () => {
    const exchanges = [
      ...times(5, asked('guide', DOCS)),
      asked('Who wrote the long and winding guide to the galaxy of our services?', 'Douglas'),
    ];

    expect((await proposePhrases(exchanges, OPTIONS)).proposals[0]?.body).toMatchObject({ alsoMatches: 1 });
  });

  it('keep their key while the questions vary from day to day', async () => {
    const monday = times(5, asked('Where is the deployment guide for staging?', DOCS));
    const tuesday = [
      ...monday,
      ...times(5, asked('Where is the deployment guide for staging', DOCS)),
      asked('where is a deployment guide for staging?', DOCS),
    ];
    const [first] = (await proposePhrases(monday, OPTIONS)).proposals;
    const earlier = [{ key: first?.key ?? '', samples: first?.samples ?? [] }];

    const [second] = (await proposePhrases(tuesday, { ...OPTIONS, earlier })).proposals;

    expect(second?.key).toBe(first?.key);
  });
});

describe('The common answer', () => {
  it('is the most frequent one of the largest set of answers that are alike', async () => {
    const answers = ['It is up.', 'It is up.', 'It is up!', 'It is up.', 'No idea whatsoever, sorry'];

    expect(await commonAnswer(answers, { similarity: 0.8 })).toEqual({ text: 'It is up.', share: 0.8 });
  });

  it('ends when its signal aborts', async () => {
    const signal = AbortSignal.abort(new Error('enough'));

    await expect(commonAnswer(['a'], { similarity: 0.9, signal })).rejects.toThrow('enough');
  });
});

describe('A message', () => {
  const message = {
    sequence: 1,
    at: '2030-01-01T00:00:00.000Z',
    direction: 'out',
    channel: 'slack',
    route: 'slack_dm',
    counterpart: 'U1',
    status: 'sent',
    text: 'yes',
    cut: false,
    question: 'ready?',
    madeBy: 'engine',
  } as const;

  it('of the engine that was sent is an exchange', () => {
    expect(exchangeOf(message)).toEqual({ question: 'ready?', answer: 'yes', at: Date.parse('2030-01-01') });
  });

  it.each([
    ['from the snapshot', { madeBy: 'snapshot' }],
    ['of a fallback', { madeBy: 'fallback' }],
    ['that nobody is known to have made', { madeBy: undefined }],
    ['that was not sent', { status: 'failed' }],
    ['that is not whole', { cut: true }],
    ['to no question', { question: undefined }],
    ['to a blank question', { question: '  ' }],
    ['to an endless question', { question: 'x'.repeat(501) }],
    ['of nothing', { text: ' ' }],
  ] as const)('%s is none', (_what, change) => {
    expect(exchangeOf({ ...message, ...change })).toBeUndefined();
  });
});

describe('The category of a phrase', () => {
  it.each([
    ['status', ['billing', 'status']],
    ['cost', ['budget', 'spent']],
    ['alerts', ['alerts']],
    ['tasks', ['open', 'tickets']],
    ['general', ['guide']],
  ])('is %s for %j', (category, words) => {
    expect(categoryOf(words)).toBe(category);
  });
});
