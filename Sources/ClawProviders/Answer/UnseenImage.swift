import ClawCore

/// What a model reads in the place of an image that it cannot see.
enum UnseenImage {
    static func note(model: ModelDescription) -> String { "[An image was here; \(model.name) cannot see images.]" }
}
