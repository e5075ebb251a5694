/** A setting that cannot be used, in words for whoever typed it. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
}

/** A daemon that could not be reached, or did not say what it did, in words for whoever asked it. */
export class Unreached extends Error {
  override readonly name = 'Unreached'
}

/** Imports that are not the same in two stores that should have the same, in words for whoever copied one into the other. */
export class StoresDiffer extends Error {
  override readonly name = 'StoresDiffer'
}

/** Listings that the daemon refused for what they are, in words for whoever sent them: sent again, they are refused again. */
export class ListingsRefused extends Error {
  override readonly name = 'ListingsRefused'
}
