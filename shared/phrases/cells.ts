/** Why a cell gave no run, or one that its sweep rejects; what to know about one. */
export const cellPhrases = {
  tooLong: '{title} took longer than its deadline of {deadline} and was ended; raise the deadline or measure less.',
  tooLarge:
    '{title} used {used} of memory, over its limit of {limit}, and was ended; raise the limit or use a smaller batch.',
  failed: '{title} failed: {why}',
  theCell: 'The cell',
  theTest: 'The test of {provider}',
  notStarted: 'its process could not be started ({message}).',
  outOfMemory: 'its process ran out of memory; close other programs, or use a smaller batch or model.',
  killed: 'its process was killed from outside (SIGKILL); run it again.',
  crashed: 'its process crashed ({signal}); see the log for what it wrote last.',
  endedWithout: 'its process ended without a result (exit code {code}); see the log for what it wrote last.',
  begunTooOften:
    'It was begun {times} times, and each time Crivo or the machine ended before it was done; retry it to try again.',
  snrUnknown: 'Its outputs could not be compared with those of its parent, which accept.minSnrDb asks for.',
  snrTooLow: "Its outputs keep {snr} dB of its parent's, below the {limit} dB that the sweep accepts.",
  accuracyUnknown: 'Its accuracy could not be compared with that of its parent, which accept.maxDrop asks for.',
  accuracyTooLow:
    "Its {metric} of {value} is {drop} points worse than its parent's, more than the {limit} that the sweep accepts.",
  fewSamples: 'needs {fewest} samples, has {count}',
  unserved: '{queries} queries still waited when measuring ended.',
  notSteady: 'Warm-up ended at its cap before the latency was steady.',
  nodesElsewhere: '{nodes} of {all} nodes did not run on {provider}.',
  latencyRose: 'The latency rose by {share} from the first third of the samples to the last.',
  latencyFell: 'The latency fell by {share} from the first third of the samples to the last.',
  samplesThinned: 'The first million samples are kept in order; the statistics rest on all of them, to 0.1%.',
  notPinned: 'The cell was not pinned to cores {cores}: {why}.',
  notAtPriority: 'The cell did not run at {priority} priority: {why}.',
  driftUnmeasured: "Drift was not measured: the parent can't be run beside it ({why})",
  driftOtherSize: 'Drift of the output "{output}" was not measured: the variant\'s has another size.',
  driftOfLargest: 'Drift is that of the output "{output}", the largest.',
} as const;
