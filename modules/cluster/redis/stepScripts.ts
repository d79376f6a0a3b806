import { TOO_LATE } from '../ClusterStore';

/**
 * Functions that the scripts share. A script is a step on the hash of a task that nothing comes between. The hash has no expiry;
 * instants in it are milliseconds of the clock of Redis.
 *
 * | field                                      | is                                                             |
 * | ------------------------------------------ | -------------------------------------------------------------- |
 * | `since`                                    | when the schedule in force began                               |
 * | `key`, `keyStart`                          | that schedule, and the start of the process that brought it    |
 * | `offered`, `accounted`                     | the newest due moment that was offered, that has a record      |
 * | `openSince`                                | since when some process has had the task open, without a break |
 * | `w:<due moment>`                           | with overlap allow: the job of one that waits for its turn     |
 * | `token`                                    | the fencing token that was drawn last                          |
 * | `runToken`, `runStarted`, `runEnded`       | the newest run                                                 |
 * | `runJob`, `runLock`, `holder`              | its job, the token of its lock, its process                    |
 * | `claim`, `answer`, `answerJob`             | the step that was asked for last, its answer, and its job      |
 * | `undo`                                     | the fields of the run before it, for a moment that is returned |
 * | `pause`, `applicationPause`, `skipNext`, `reschedule` | the wishes of operators                             |
 * | `pausedUntil`, `applicationPausedUntil`    | when the pauses end, or `inf`                                  |
 * | `skipsFrom`                                | the due moment that is to be skipped; absent for the next one  |
 * | `dead`                                     | the number of dead letters, whose jobs are in a set beside it  |
 * | `p:<process>`                              | the schedule of a process, and when that has started           |
 *
 * The number of starts of a moment is the field `starts` of its job.
 */
export const HELPERS = `
local function microseconds()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local function fieldsOf(key)
  local fields, list = {}, redis.call('HGETALL', key)
  for i = 1, #list, 2 do fields[list[i]] = list[i + 1] end
  return fields
end
local TOO_LATE = redis.error_reply('${TOO_LATE}')
local function isLate(before) return microseconds() / 1000 >= tonumber(before) end
local function exact(ms) return string.format('%.3f', ms) end
local function changed(changes, revision, path)
  redis.call('ZADD', changes, redis.call('INCR', revision), path)
end
local function isHeld(fields, base)
  if not fields.runLock or fields.runEnded then return false end
  return redis.call('GET', base .. ':' .. fields.runJob .. ':lock') == fields.runLock
end
local RUN = { 'accounted', 'runToken', 'runStarted', 'runEnded', 'runJob', 'runLock', 'holder' }
`;

/** A script, and the number of its keys. */
export interface Script {
  readonly numberOfKeys: number;
  readonly lua: string;
}

/**
 * The step of \`decideClusterStart\`, in the same order. KEYS hash, job, lock, changes, revision, running; ARGV path, job id,
 * token of the lock, lease, process, trigger, due moment, fires at, overlap, delivery, largest number of starts, beginning of
 * the keys of the task, id of the claim (the same claim is given the same answer again), misfire, 1 for the newest due moment,
 * 1 if another tool had paused the queue.
 */
export const start: Script = {
  numberOfKeys: 6,
  lua: `${HELPERS}
if redis.call('GET', KEYS[3]) ~= ARGV[3] then return { 'gone' } end
redis.call('PEXPIRE', KEYS[3], ARGV[4])
local micros = microseconds()
local now = micros / 1000
local path, job, trigger, moment, firesAt = ARGV[1], ARGV[2], ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
if redis.call('HGET', KEYS[1], 'claim') == ARGV[13] then return cjson.decode(redis.call('HGET', KEYS[1], 'answer')) end
local overlap, delivery, maxStarts = ARGV[9], ARGV[10], tonumber(ARGV[11])
local start = tonumber(redis.call('HGET', KEYS[2], 'starts') or '0') + 1
local fields = fieldsOf(KEYS[1])
if not fields.since then
  -- The hash was evicted or deleted: nothing is known from before, and nothing of it was missed.
  fields.since = exact(now)
  redis.call('HSET', KEYS[1], 'since', fields.since)
end
local since, accounted = tonumber(fields.since), tonumber(fields.accounted or '')
if fields.runToken and not fields.runEnded and not isHeld(fields, ARGV[12]) then
  fields.runEnded = exact(now)
  redis.call('HSET', KEYS[1], 'runEnded', fields.runEnded)
  redis.call('SREM', KEYS[6], path)
  changed(KEYS[4], KEYS[5], path)
end
local isPaused = ARGV[16] == '1'
for _, wish in ipairs({ { 'pause', 'pausedUntil' }, { 'applicationPause', 'applicationPausedUntil' } }) do
  local ends = fields[wish[2]]
  if ends and ends ~= 'inf' and tonumber(ends) <= now then
    redis.call('HDEL', KEYS[1], wish[1], wish[2])
    changed(KEYS[4], KEYS[5], path)
  elseif ends then isPaused = true end
end
local isFirst = start == 1
local isDue = trigger ~= 'manual' and isFirst
local isOvertaken = isDue and accounted and moment <= accounted
local function remembered(given)
  redis.call('HSET', KEYS[1], 'claim', ARGV[13], 'answer', cjson.encode(given), 'answerJob', job)
  return given
end
local function answer(kind) return { kind, tostring(start), exact(now), '', '', '', fields.runJob == job and fields.runStarted or '', '' } end
if not isFirst and (delivery == 'at-most-once' or start > maxStarts) then return answer('drop') end
if isOvertaken and not fields['w:' .. ARGV[7]] then
  -- Whoever was told to skip it may have died before its record was kept.
  local last = fields.answerJob == job and cjson.decode(fields.answer)
  if last and last[1] == 'skip' then return last end
  return answer('drop')
end
if trigger == 'catch-up' and isFirst and moment <= since then return answer('drop') end
local before, waiting = '', {}
if isDue and not isOvertaken then
  before = exact(math.max(accounted or since, since))
  for field, other in pairs(fields) do
    local at = string.sub(field, 1, 2) == 'w:' and tonumber(string.sub(field, 3))
    -- A job that is gone never comes: its moment is counted among those that passed.
    if at and at < moment then
      if redis.call('EXISTS', ARGV[12] .. ':' .. other) == 0 then redis.call('HDEL', KEYS[1], field)
      elseif at > tonumber(before) then waiting[#waiting + 1] = string.sub(field, 3) end
    end
  end
end
local function account()
  if not isDue then return end
  if not isOvertaken then redis.call('HSET', KEYS[1], 'accounted', ARGV[7]) end
  redis.call('HDEL', KEYS[1], 'w:' .. ARGV[7])
end
local skipsFrom = fields.skipNext and tonumber(fields.skipsFrom or fields.openSince or '0')
local isReached = trigger ~= 'manual' and isFirst and skipsFrom and moment >= skipsFrom
local function skipped()
  if not isReached then return end
  redis.call('HDEL', KEYS[1], 'skipNext', 'skipsFrom')
  changed(KEYS[4], KEYS[5], path)
end
local function skip(reason)
  account()
  skipped()
  return remembered({ 'skip', tostring(start), exact(now), before, reason, '', '', table.concat(waiting, ' ') })
end
if trigger ~= 'manual' then
  -- Nothing is skipped in place of a moment that passed while no process was there.
  local isOwed = not fields.openSince or skipsFrom and skipsFrom >= tonumber(fields.openSince)
  if isReached and (moment == skipsFrom or isOwed) then return skip('paused') end
  if isPaused then return skip('paused') end
end
if overlap ~= 'allow' and fields.runToken then
  local isRunning = not fields.runEnded
  if isFirst and overlap == 'skip' and (isRunning or firesAt < tonumber(fields.runEnded)) then return skip('overlap') end
  if isFirst and overlap == 'queue-one' and firesAt < tonumber(fields.runStarted) then return skip('overlap') end
  if isRunning then return answer('wait') end
end
if isDue and fields.openSince and firesAt < tonumber(fields.openSince) and (ARGV[14] == 'skip' or ARGV[15] == '0') then
  return skip('missed')
end
local token = string.format('%.0f', math.max(tonumber(fields.token or '0') + 1, micros))
local undo = {}
for _, field in ipairs(RUN) do undo[field] = fields[field] end
redis.call('HSET', KEYS[1], 'undo', cjson.encode(undo), 'token', token, 'runToken', token, 'runStarted', exact(now),
  'runJob', job, 'runLock', ARGV[3], 'holder', ARGV[5])
redis.call('HDEL', KEYS[1], 'runEnded')
account()
skipped()
redis.call('HSET', KEYS[2], 'starts', start)
redis.call('SADD', KEYS[6], path)
changed(KEYS[4], KEYS[5], path)
return remembered({ 'start', tostring(start), exact(now), before, '', token, '', table.concat(waiting, ' ') })
`,
};

/**
 * Takes a start back, for a process that takes no work any more. KEYS hash, job, lock, changes, revision, running; ARGV path,
 * fencing token, token of the lock, the due moment if it can be overtaken, job id.
 */
export const giveBack: Script = {
  numberOfKeys: 6,
  lua: `${HELPERS}
if redis.call('GET', KEYS[3]) ~= ARGV[3] then return 0 end
redis.call('HINCRBY', KEYS[2], 'starts', -1)
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'w:' .. ARGV[4], ARGV[5]) end
local fields = fieldsOf(KEYS[1])
if fields.runToken ~= ARGV[2] then return 1 end
local undo = cjson.decode(fields.undo)
for _, field in ipairs(RUN) do
  if undo[field] then redis.call('HSET', KEYS[1], field, undo[field]) else redis.call('HDEL', KEYS[1], field) end
end
if not undo.runToken or undo.runEnded then redis.call('SREM', KEYS[6], ARGV[1]) end
changed(KEYS[4], KEYS[5], ARGV[1])
return 1
`,
};
