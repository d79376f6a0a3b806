import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  Length,
  Matches,
  ValidateBy,
  type ValidationArguments,
} from 'class-validator';
import { IsDuration, type Duration, Nested, Secret, Settings } from 'daemonry';

import { MCP_CAPABILITIES, type McpCapability } from './McpTools';

/** The form of a token: 16 to 4000 printable ASCII characters. */
export const TOKEN = /^[\x21-\x7e]{16,4000}$/;
const TOKEN_RULE = 'must be one word of 16 to 4000 printable ASCII characters';

/** One caller, known by its token. */
export class McpCaller {
  /** Unique among the callers, and not `default`; the audit log names it. */
  @Matches(/^(?!default$)[a-z][a-z0-9_-]{0,39}$/, {
    message: 'name must be 1 to 40 lower-case letters, digits, dashes or underscores, and not default',
  })
  readonly name!: string;

  /** The bearer token that it sends. */
  @Secret()
  @Matches(TOKEN, { message: `token ${TOKEN_RULE}` })
  readonly token!: string;

  /** `read` only looks; `operate` may also trigger, pause, resume and stop. */
  @IsIn(MCP_CAPABILITIES)
  readonly may: McpCapability = 'read';

  /** `human` for the assistant of one person, who answers for it; `automation` cannot lift what a person has set. */
  @IsIn(['human', 'automation'])
  readonly kind: 'human' | 'automation' = 'automation';
}

function haveDifferentTokens(callers: unknown, args?: ValidationArguments): boolean {
  const { bearerToken } = (args?.object ?? {}) as Partial<McpSettings>;
  const tokens = (Array.isArray(callers) ? (callers as Partial<McpCaller>[]) : []).map((caller) => caller?.token);
  const given = [bearerToken, ...tokens].filter((token) => token !== undefined);
  return new Set(given).size === given.length;
}

/** Settings of the MCP server, under `mcp`. Without a token it is disabled. */
@Settings('mcp')
export class McpSettings {
  /** The token of the caller `default`. Default: none. */
  @Secret()
  @IsOptional()
  @Matches(TOKEN, { message: `bearerToken ${TOKEN_RULE}` })
  readonly bearerToken?: string;

  /** A file with the token of the caller `default`, read at each request, so that it can be changed while the application runs. */
  @IsOptional()
  @Length(1, 1_000)
  readonly tokenFile?: string;

  /** Rights of the caller `default`. */
  @IsIn(MCP_CAPABILITIES)
  readonly may: McpCapability = 'read';

  /** Further callers, each with a token of its own. */
  @Nested(() => McpCaller)
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique((caller: McpCaller) => caller.name, { message: 'callers must have different names' })
  @ValidateBy(
    { name: 'differentTokens', validator: { validate: haveDifferentTokens } },
    { message: 'callers must have different tokens, and none that of bearerToken' },
  )
  readonly callers: readonly McpCaller[] = [];

  /** Time limit of one call of a tool. */
  @IsDuration({ min: '10ms', max: '10m' })
  readonly callTimeout: Duration = '30s';
}
