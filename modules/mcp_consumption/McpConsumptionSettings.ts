import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { IsDuration, type Duration, Nested, Secret, Settings } from 'daemonry';

import { SAFE_URL } from '../shared/safeUrl';

// What the model calls a tool begins with it and two underscores, so it may not hold those.
const NAME = /^(?=.{1,40}$)[a-z](_?[a-z0-9])*$/;
const isStdio = ({ transport }: McpEndpoint): boolean => transport === 'stdio';
const isHttp = ({ transport }: McpEndpoint): boolean => transport === 'http';

/** One MCP server whose tools may be called. */
export class McpEndpoint {
  /** Unique among the endpoints. */
  @Matches(NAME, { message: 'name must be 1 to 40 lower-case letters, digits or single underscores between them' })
  readonly name!: string;

  /** How it is reached: a program on this machine, or streamable HTTP. */
  @IsIn(['stdio', 'http'])
  readonly transport!: 'stdio' | 'http';

  /** Of `http`: its address, without credentials, query and fragment. */
  @ValidateIf(isHttp)
  @Matches(SAFE_URL, { message: 'url must be an https URL (http is for loopback only)' })
  readonly url?: string;

  /** Of `stdio`: the program. It is started without a shell. */
  @ValidateIf(isStdio)
  @Length(1, 1_000)
  readonly command?: string;

  /** Of `stdio`: its arguments. They are no secrets: those belong into `env`. */
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  readonly args: readonly string[] = [];

  /** Of `stdio`: environment variables beside HOME, LOGNAME, PATH, SHELL, TERM and USER, which are all it has else. */
  @Secret()
  @IsObject()
  readonly env: Readonly<Record<string, string>> = {};

  /** Of `http`: sent as a bearer token. Default: none. */
  @Secret()
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,4000}$/, { message: 'token must be one word of printable ASCII' })
  readonly token?: string;

  /** Regular expressions; a tool may be called when one of them matches its whole name, whatever its case. Empty: none may. */
  @IsArray()
  @ArrayMaxSize(200)
  @Length(1, 200, { each: true })
  readonly allowedTools: readonly string[] = [];

  /** Of connecting, and of each call. */
  @IsDuration({ min: '10ms', max: '10m' })
  readonly timeout: Duration = '30s';
}

/** Settings of the MCP client, under `mcp_consumption`. How often is `listeners.mcp_consumption.interval`. */
@Settings('mcp_consumption')
export class McpConsumptionSettings {
  /** The servers. None: the daemon is disabled. */
  @Nested(() => McpEndpoint)
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique((endpoint: McpEndpoint) => endpoint.name, { message: 'endpoints must have different names' })
  readonly endpoints: readonly McpEndpoint[] = [];

  /** A finding that is older counts as not connected. */
  @IsDuration({ min: '1s', max: '1d' })
  readonly staleAfter: Duration = '6m';

  /** How long a question to the reasoning engine waits for the tools of an endpoint; less than the engine's `toolTimeout`. */
  @IsDuration({ min: '10ms', max: '1m' })
  readonly listTimeout: Duration = '3s';

  /** The text of a tool's answer is cut there, in characters. */
  @IsInt()
  @Min(100)
  @Max(10_000_000)
  readonly maxResultLength: number = 100_000;
}
