/** What the parser of YAML says of a text. */
export const yamlPhrases = {
  yamlKeysAlike: 'Map keys must be unique',
  yamlTabs: 'Tabs are not allowed as indentation',
  yamlColumns: 'All mapping items must start at the same column',
  yamlListColumns: 'All collection items must start at the same column',
  yamlCompact: 'Nested mappings are not allowed in compact mappings',
  yamlKeyAlone: 'Implicit map keys need to be followed by map values',
  yamlKeyLines: 'Implicit keys need to be on a single line',
  yamlIndent: '{what} in block collection must be sufficiently indented and end with a {end}',
  yamlFlowList: 'Flow sequence',
  yamlFlowMap: 'Flow map',
  yamlMissing: 'Missing closing {quote}',
  yamlTag: 'Unresolved tag: {tag}',
} as const;
