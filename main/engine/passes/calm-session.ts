/**
 * Options of sessions that only have to compute: all cores, but threads that wait sleep. Those that spin wait for one that
 * another program holds back: the repair of a pruned model took 68 s with spinning and 24 s without on a machine with six
 * busy processes for each core.
 */
export const calmSession = { threads: 0, entries: { 'session.intra_op.allow_spinning': '0' } } as const;
