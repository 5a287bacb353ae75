/** `countersign/replay`: stores that grant every delivery once, also between processes. */
export { durableObjectReplayStore, ReplayClaim } from './replay-durable-object.js';
export { memoryReplayStore } from './replay-memory.js';
export { redisReplayStore } from './replay-redis.js';
