/** What a specification may write shorter. */

const listKeys = [
  'models',
  'variants',
  'providers',
  'batchSizes',
  'threads',
  'graphOptimization',
  'scenarios',
] as const;

/** One value where a list may stand is a list of one; numbers and booleans among session options are texts. */
export function withLists(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const next: Record<string, unknown> = { ...value };
  for (const key of listKeys) if (Object.hasOwn(next, key)) next[key] = asList(next[key]);
  if (isSingleAll(next['providers'])) next['providers'] = 'all';
  if (Array.isArray(next['scenarios'])) next['scenarios'] = next['scenarios'].map(scenarioWithLists);
  if (isRecord(next['sessionOptions'])) next['sessionOptions'] = mapValues(next['sessionOptions'], scalarAsText);
  return next;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asList = (value: unknown): unknown =>
  value === null || value === undefined || Array.isArray(value) ? value : [value];
const isSingleAll = (value: unknown): boolean => Array.isArray(value) && value.length === 1 && value[0] === 'all';
const scalarAsText = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
const mapValues = (record: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

function scenarioWithLists(entry: unknown): unknown {
  if (!isRecord(entry)) return entry;
  const wrap = (key: string) => (inner: unknown) =>
    isRecord(inner) && Object.hasOwn(inner, key) ? { ...inner, [key]: asList(inner[key]) } : inner;
  return Object.fromEntries(
    Object.entries(entry).map(([kind, inner]) => [
      kind,
      kind === 'offline' ? wrap('processes')(inner) : kind === 'server' ? wrap('qps')(inner) : inner,
    ]),
  );
}
