import { DaemonryError, messageOf, Secret } from 'daemonry';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  Length,
  Matches,
  ValidateBy,
  ValidateIf,
} from 'class-validator';

import { propertyOf } from '../shared/fields';
import { readSmallFile } from '../shared/files';
import { sameSecret } from '../shared/text';

/** Every right of an operator: to read, to change how the application runs, to approve what it proposes. */
const OPERATOR_RIGHTS = ['read', 'operate', 'approve'] as const;

/** A right of an operator. */
export type OperatorRight = (typeof OPERATOR_RIGHTS)[number];

/** A verified caller of the web server. */
export interface Operator {
  /** The name in `web.operators`, or `local` while no operators are named. */
  readonly name: string;
  /** Whether it is a person or a program. A program cannot lift what a person has set. */
  readonly kind: 'human' | 'automation';
  /** The rights it has. */
  readonly may: readonly OperatorRight[];
}

/** The caller on this machine while no operators are named. */
export const LOCAL_OPERATOR: Operator = Object.freeze({ name: 'local', kind: 'human', may: OPERATOR_RIGHTS });

const TOKEN = /^[\x21-\x7e]{16,500}$/;
const LARGEST_FILE = 4_096;

const ONE_CREDENTIAL = { message: 'give either token or tokenFile, the path of a file' };

const hasToken = (operator: object | undefined): boolean => propertyOf(operator, 'token') !== undefined;

/** An operator, in `web.operators`. */
export class WebOperator {
  /** Shown in the audit log as who did something. */
  @Matches(/^(?!local$)[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,62}[A-Za-z0-9])?$/, {
    message:
      'name must be 1 to 64 letters, digits, ".", "_", "@" or "-", and not "local", which is who calls without operators',
  })
  readonly name!: string;

  /** `human` for a person, `automation` for a program, which cannot lift what a person has set. */
  @IsIn(['human', 'automation'])
  readonly kind!: 'human' | 'automation';

  /** Bearer token of this operator. Either this or `tokenFile`. */
  @Secret()
  @IsOptional()
  @Matches(TOKEN, { message: 'token must be one word of 16 to 500 printable ASCII characters' })
  readonly token?: string;

  /** Path of a file that holds the token and nothing else; read when the server starts. Either this or `token`. */
  @ValidateIf(({ token, tokenFile }: WebOperator) => token === undefined || tokenFile !== undefined)
  @ValidateBy({ name: 'isOnly', validator: { validate: (_value, args) => !hasToken(args?.object) } }, ONE_CREDENTIAL)
  @Length(1, 4_096, ONE_CREDENTIAL)
  readonly tokenFile?: string;

  /** The rights: `read`, `operate`, `approve`. None includes another. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(OPERATOR_RIGHTS, { each: true })
  readonly may!: readonly OperatorRight[];
}

/** The named operators, by their tokens. */
export class Operators {
  readonly #byToken: readonly { readonly token: string; readonly operator: Operator }[];

  private constructor(known: readonly { readonly token: string; readonly operator: Operator }[]) {
    this.#byToken = known;
  }

  /**
   * Reads the tokens that are in files.
   *
   * @throws WebOperatorsError for files that cannot be read or hold no token, and for a token that two operators have.
   */
  static async load(configured: readonly WebOperator[]): Promise<Operators> {
    const problems: string[] = [];
    const known: { token: string; operator: Operator }[] = [];
    for (const { name, kind, may, token: given, tokenFile } of configured) {
      const token = tokenFile === undefined ? given : await readToken(name, tokenFile, problems);
      if (token === undefined) continue;
      const other = known.find((earlier) => sameSecret(earlier.token, token));
      if (other !== undefined) problems.push(`"${other.operator.name}" and "${name}" have the same token`);
      known.push({ token, operator: Object.freeze({ name, kind, may }) });
    }
    if (problems.length > 0) throw new WebOperatorsError(problems);
    return new Operators(known);
  }

  /** True if at least one operator is named. */
  get areNamed(): boolean {
    return this.#byToken.length > 0;
  }

  /** The operator who has the token; takes the same time whether and where there is one. */
  verify(token: string): Operator | undefined {
    let found: Operator | undefined;
    for (const { token: known, operator } of this.#byToken) if (sameSecret(token, known)) found = operator;
    return found;
  }
}

async function readToken(name: string, file: string, problems: string[]): Promise<string | undefined> {
  try {
    const token = (await readSmallFile(file, LARGEST_FILE)).trim();
    if (TOKEN.test(token)) return token;
    problems.push(`the file of "${name}" (${file}) must hold one word of 16 to 500 printable ASCII characters`);
  } catch (error) {
    problems.push(`the file of "${name}" cannot be read: ${messageOf(error)}`);
  }
  return undefined;
}

/** The tokens of `web.operators` cannot be used. */
export class WebOperatorsError extends DaemonryError<'WEB_OPERATORS_INVALID'> {
  constructor(
    /** Everything that is wrong, one text each. */
    readonly problems: readonly string[],
  ) {
    super('WEB_OPERATORS_INVALID', {
      what: 'The operators of the web server cannot be told apart by their tokens.',
      facts: { problems: problems.join('; '), settings: 'web.operators' },
      fix: 'let each tokenFile name a file that this user can read and that holds a token of its own: openssl rand -hex 32 > FILE',
    });
  }
}
