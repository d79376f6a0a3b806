import { giveBack, HELPERS, type Script, start } from './stepScripts';

/**
 * KEYS hash, changes, revision, processes; ARGV path, process, schedule, start of the process, milliseconds as in a beat, 1 if
 * the process takes the task back.
 */
const join: Script = {
  numberOfKeys: 4,
  lua: `${HELPERS}
local now = microseconds() / 1000
local path, process, key, started = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
redis.call('HSETNX', KEYS[1], 'since', exact(now))
local fields = fieldsOf(KEYS[1])
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', exact(now - tonumber(ARGV[5])))
local isOpen, isBack = false, ARGV[6] == '1'
for field, value in pairs(fields) do
  if string.sub(field, 1, 2) == 'p:' and redis.call('ZSCORE', KEYS[4], string.sub(field, 3)) then
    isOpen = true
    local since, other = string.match(value, '^(%S+) (.*)$')
    if other ~= key and tonumber(since) > started then isBack = false end
  end
end
if not isOpen then redis.call('HSET', KEYS[1], 'openSince', exact(now)) end
if not fields.key or (fields.key ~= key and (isBack or started > tonumber(fields.keyStart))) then
  redis.call('HSET', KEYS[1], 'key', key, 'keyStart', ARGV[4])
  if fields.key then redis.call('HSET', KEYS[1], 'since', exact(now)) end
elseif fields.key == key and started > tonumber(fields.keyStart) then
  redis.call('HSET', KEYS[1], 'keyStart', ARGV[4])
end
redis.call('ZADD', KEYS[4], exact(now), process)
for field, _ in pairs(fields) do
  if string.sub(field, 1, 2) == 'p:' and not redis.call('ZSCORE', KEYS[4], string.sub(field, 3)) then
    redis.call('HDEL', KEYS[1], field)
  end
end
redis.call('HSET', KEYS[1], 'p:' .. process, ARGV[4] .. ' ' .. key)
changed(KEYS[2], KEYS[3], path)
return redis.call('HGETALL', KEYS[1])
`,
};

/** KEYS hash, changes, revision; ARGV path, process. */
const leave: Script = {
  numberOfKeys: 3,
  lua: `${HELPERS}
if redis.call('HDEL', KEYS[1], 'p:' .. ARGV[2]) == 1 then changed(KEYS[2], KEYS[3], ARGV[1]) end
`,
};

/**
 * KEYS changes, revision, processes, running, epoch; ARGV process, known revision, milliseconds after which a process counts as
 * gone, beginning of the keys of tasks, end of the key of a hash.
 */
const beat: Script = {
  numberOfKeys: 5,
  lua: `${HELPERS}
local now = microseconds() / 1000
redis.call('SET', KEYS[5], exact(now), 'NX')
redis.call('ZADD', KEYS[3], exact(now), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', exact(now - tonumber(ARGV[3])))
local tasks, leases = {}, {}
for _, path in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[2], '+inf')) do
  tasks[#tasks + 1] = path
  tasks[#tasks + 1] = redis.call('HGETALL', ARGV[4] .. path .. ARGV[5])
end
for _, path in ipairs(redis.call('SMEMBERS', KEYS[4])) do
  local run = redis.call('HMGET', ARGV[4] .. path .. ARGV[5], 'runJob', 'runLock')
  local lock = run[1] and (ARGV[4] .. path .. ':' .. run[1] .. ':lock')
  local ms = 0
  if lock and redis.call('GET', lock) == run[2] then ms = redis.call('PTTL', lock) end
  leases[#leases + 1] = path
  leases[#leases + 1] = ms
end
return { exact(now), redis.call('GET', KEYS[2]) or '0', redis.call('ZRANGE', KEYS[3], 0, -1), tasks, leases,
  redis.call('GET', KEYS[5]) }
`,
};

/** KEYS hash; ARGV trigger, due moment, fires at, overlap, beginning of the keys of the task, id of its job. */
const offer: Script = {
  numberOfKeys: 1,
  lua: `${HELPERS}
local now = microseconds() / 1000
local known = redis.call('HMGET', KEYS[1], 'offered', 'accounted')
local answer = 'kept'
if ARGV[1] == 'manual' then
  local fields = fieldsOf(KEYS[1])
  if ARGV[4] == 'skip' and isHeld(fields, ARGV[5]) then answer = 'overlap' end
  return { answer, exact(now) }
end
if now < tonumber(ARGV[3]) then
  answer = 'early'
elseif known[2] and tonumber(ARGV[2]) <= tonumber(known[2]) then
  answer = 'accounted'
elseif known[1] and tonumber(ARGV[2]) <= tonumber(known[1]) then
  answer = 'offered'
else
  redis.call('HSET', KEYS[1], 'offered', ARGV[2])
  if ARGV[4] == 'allow' then redis.call('HSET', KEYS[1], 'w:' .. ARGV[2], ARGV[6]) end
end
return { answer, exact(now) }
`,
};

/** Keeps a record in a job, while the lock is there. KEYS job, lock; ARGV token of the lock, record. */
const keep: Script = {
  numberOfKeys: 2,
  lua: `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'progress', ARGV[2])
return 1
`,
};

/** Keeps a job as a dead letter. KEYS hash, dead letters, changes, revision; ARGV path, job id, how many are kept. */
const bury: Script = {
  numberOfKeys: 4,
  lua: `${HELPERS}
if redis.call('ZADD', KEYS[2], 'NX', microseconds(), ARGV[2]) == 0 then return end
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - tonumber(ARGV[3]))
redis.call('HSET', KEYS[1], 'dead', redis.call('ZCARD', KEYS[2]))
changed(KEYS[3], KEYS[4], ARGV[1])
`,
};

/**
 * Forgets a dead letter, or all of them. KEYS hash, dead letters, changes, revision; ARGV path, job id or '', the time from which
 * on it is too late.
 */
const dismiss: Script = {
  numberOfKeys: 4,
  lua: `${HELPERS}
if isLate(ARGV[3]) then return TOO_LATE end
local before = redis.call('ZCARD', KEYS[2])
if ARGV[2] == '' then redis.call('DEL', KEYS[2]) else redis.call('ZREM', KEYS[2], ARGV[2]) end
local left = redis.call('ZCARD', KEYS[2])
redis.call('HSET', KEYS[1], 'dead', left)
if left ~= before then changed(KEYS[3], KEYS[4], ARGV[1]) end
return before - left
`,
};

/** Ends a run, which frees its slot. KEYS hash, changes, revision, running; ARGV path, fencing token. */
const endRun: Script = {
  numberOfKeys: 4,
  lua: `${HELPERS}
local run = redis.call('HMGET', KEYS[1], 'runToken', 'runEnded')
if run[1] ~= ARGV[2] or run[2] then return 0 end
redis.call('HSET', KEYS[1], 'runEnded', exact(microseconds() / 1000))
redis.call('SREM', KEYS[4], ARGV[1])
changed(KEYS[2], KEYS[3], ARGV[1])
return 1
`,
};

/**
 * Makes a process the holder of a body. KEYS hash, lock, changes, revision, running; ARGV path, job id, token of the lock,
 * lease, process.
 */
const acquire: Script = {
  numberOfKeys: 5,
  lua: `${HELPERS}
if redis.call('GET', KEYS[2]) ~= ARGV[3] then return '' end
redis.call('PEXPIRE', KEYS[2], ARGV[4])
local micros = microseconds()
local token = string.format('%.0f', math.max(tonumber(redis.call('HGET', KEYS[1], 'token') or '0') + 1, micros))
redis.call('HSET', KEYS[1], 'token', token, 'runToken', token, 'runStarted', exact(micros / 1000), 'runJob', ARGV[2],
  'runLock', ARGV[3], 'holder', ARGV[5])
redis.call('HDEL', KEYS[1], 'runEnded')
redis.call('SADD', KEYS[5], ARGV[1])
changed(KEYS[3], KEYS[4], ARGV[1])
return token
`,
};

/**
 * Sets and lifts wishes. KEYS hash, changes, revision; ARGV path, now as ISO text if the wishes of persons are spared, else '',
 * the time from which on it is too late, then fields and values, where an empty value lifts. Returns the wishes in the way, and
 * then nothing is changed.
 */
const change: Script = {
  numberOfKeys: 3,
  lua: `${HELPERS}
if isLate(ARGV[3]) then return TOO_LATE end
local spared = {}
for i = 4, ARGV[2] == '' and 0 or #ARGV, 2 do
  local text = redis.call('HGET', KEYS[1], ARGV[i])
  local wish = text and string.sub(text, 1, 1) == '{' and cjson.decode(text)
  if wish and wish.kind == 'human' and (not wish['until'] or wish['until'] > ARGV[2]) then
    spared[#spared + 1] = ARGV[i]
    spared[#spared + 1] = text
  end
end
if #spared > 0 then return spared end
for i = 4, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[i])
  else redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
  if ARGV[i] == 'reschedule' then redis.call('HSET', KEYS[1], 'since', exact(microseconds() / 1000)) end
end
changed(KEYS[2], KEYS[3], ARGV[1])
return spared
`,
};

/**
 * Lifts wishes that are over, where nothing else has taken their place. KEYS hash, changes, revision; ARGV path, then of each
 * its field and text, when it is over, and the field of its end or ''.
 */
const lift: Script = {
  numberOfKeys: 3,
  lua: `${HELPERS}
local now, isChanged = microseconds() / 1000, false
for i = 2, #ARGV, 4 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] and tonumber(ARGV[i + 2]) <= now then
    redis.call('HDEL', KEYS[1], ARGV[i], ARGV[i + 3])
    if ARGV[i] == 'reschedule' then redis.call('HSET', KEYS[1], 'since', exact(tonumber(ARGV[i + 2]))) end
    isChanged = true
  end
end
if isChanged then changed(KEYS[2], KEYS[3], ARGV[1]) end
`,
};

/** Wakes a worker if a job waits: one that stops takes the mark of a new job with it. KEYS wait, mark. */
const wake: Script = {
  numberOfKeys: 2,
  lua: `if redis.call('LLEN', KEYS[1]) > 0 then redis.call('ZADD', KEYS[2], 0, '0') end`,
};

/** All scripts, by name. */
export const SCRIPTS = {
  join,
  leave,
  beat,
  offer,
  start,
  giveBack,
  keep,
  bury,
  dismiss,
  endRun,
  acquire,
  change,
  lift,
  wake,
} as const;
