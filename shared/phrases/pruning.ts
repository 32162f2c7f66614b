/** What pruning removed, what it warns of, and why channels stay. */
export const pruningPhrases = {
  nothingAsked: 'Nothing was asked to go: the ratio is 0.',
  nothingToPrune: 'Nothing to prune: {why}.',
  layersInSubgraphs: 'its layers are inside subgraphs',
  noLayers: 'it has no convolution or product with constant weights',
  allGroupsLocked: 'every group is locked ("{group}", because {why})',
  noFloatLayers: 'Nothing to prune: the model has no convolution or product with constant float32 weights.',
  channelsRemoved:
    '{channels} removed in {groups}: {parameters} of the parameters and {macs} of the multiply-accumulates.',
  channelsRemovedFaster:
    '{channels} removed in {groups}: {parameters} of the parameters and {macs} of the multiply-accumulates, measured latency {latency} lower.',
  channelsRemovedRepaired:
    '{channels} removed in {groups}: {parameters} of the parameters and {macs} of the multiply-accumulates; {repaired}.',
  channelsRemovedFasterRepaired:
    '{channels} removed in {groups}: {parameters} of the parameters and {macs} of the multiply-accumulates, measured latency {latency} lower; {repaired}.',
  layersRepaired: '{layers} repaired on {examples}, their error {before} before and {after} after',
  layersAndNormsRepaired:
    '{layers} and {normalizations} repaired on {examples}, their error {before} before and {after} after',
  notRepaired: 'its weights were not repaired: {why}',
  noRepairForm: 'the repair has no form for {operator}',
  sharedWeights: 'other layers use its weights or bias, too',
  unusualForm: 'it has an unusual form',
  removedOfChannels: '{removed} of {channels} removed',
  removedTogether: '{removed} of {channels} removed, together with {layers}',
  channelsMatter: 'its {count} channels matter more than those that went, or are too few',
  channelsLocked: 'its {count} channels are locked: {why}',
  onlySoMuchLatency:
    'Only {share} of the latency could go under the limits given; raise maxShare or lower minChannels and roundTo.',
  onlySoManyChannels:
    'Only {share} of the channels could go under the limits given; raise maxShare or lower minChannels and roundTo.',
  onlySoManyParameters:
    'Only {share} of the parameters could go under the limits given; raise maxShare or lower minChannels and roundTo.',
  onlySoManyMacs:
    'Only {share} of the multiply-accumulates could go under the limits given; raise maxShare or lower minChannels and roundTo.',
  repairWithoutData:
    'No dataset was given, so the remaining weights were not repaired: accuracy is likely far lower than it could be.',
  unknownProcessor: 'an unknown processor',
  weightsZeroed: '{share} of {weights} are zero ({pattern}); compressed, the model takes {size} of what it took.',
  shareZeroed: '{share} of its weights are zero',
  noSpeedFromZeros:
    'ONNX Runtime gains no speed from zeros on a CPU, nor does the file shrink: what shrinks is the file when it is compressed.',
} as const;
