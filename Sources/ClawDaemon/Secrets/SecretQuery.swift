import ClawConfig
import ClawCore
import ClawExec
import ClawStore
import ClawSupport

/// One question to one provider: all secrets that it is to give.
struct SecretQuery: Sendable {
    typealias Answer = [SecretReference: Result<Redacted, SecretFault>]

    private let name: String
    private let references: Set<SecretReference>
    private let secrets: SecretProviders
    private let environment: [String: String]
    private let files: SecretFileReading

    init(
        _ name: String, _ references: Set<SecretReference>, _ secrets: SecretProviders, _ environment: [String: String],
        files: SecretFileReading = .shared
    ) {
        self.files = files
        self.name = name
        self.references = references
        self.secrets = secrets
        self.environment = environment
    }

    func answer() async -> Answer {
        do {
            return try await ask()
        } catch let fault as SecretFault {
            return all(fault)
        } catch {
            return all(SecretFault("The provider \(name) could not be asked."))
        }
    }

    private func all(_ fault: SecretFault) -> Answer {
        Answer(uniqueKeysWithValues: references.map { ($0, .failure(fault)) })
    }

    private func ask() async throws -> Answer {
        guard let first = references.first, let provider = secrets.provider(for: first) else {
            throw SecretFault("There is no provider \(name) of this source in secrets.providers.")
        }
        if references.count > secrets.maxReferences {
            throw SecretFault("The provider \(name) has more than \(secrets.maxReferences) references.")
        }
        switch provider {
        case .environment: return [:]
        case .file(let file):
            let content = try await files.content(of: file)
            var answer = Answer()
            for reference in references {
                do throws(SecretFault) {
                    answer[reference] = .success(try content.secret(reference.id))
                } catch {
                    answer[reference] = .failure(error)
                }
            }
            return answer
        case .program(let program):
            let answers = try await run(program, ids: Set(references.map(\.id)).sorted())
            return Answer(
                uniqueKeysWithValues: references.map {
                    ($0, answers[$0.id] ?? .failure(SecretFault("The program gave no text for this id.")))
                })
        }
    }

    private func run(
        _ program: SecretProviders.Program, ids: [String]
    ) async throws -> [String: Result<Redacted, SecretFault>] {
        let path = try await FileWork.shared.run { try program.checkedPath() }
        let question = SecretExchange.question(provider: name, ids: ids)
        if question.count > secrets.maxBatchBytes {
            throw SecretFault("The question to the provider \(name) is longer than secrets.resolution.maxBatchBytes.")
        }
        var variables = environment.filter { program.passEnv.contains($0.key) }
        variables.merge(program.environment) { $1 }
        var run = ProgramRun(path, program.arguments, environment: variables)
        run.input = question
        run.workingDirectory = "/"
        run.timeout = program.timeout
        run.outputLimit = program.maxOutputBytes
        let result: ProgramRun.Result
        do {
            result = try await run.result()
        } catch let error as ClawError where error.code == .timeout {
            throw SecretFault("\(program.command) did not answer in time.")
        } catch let error as ClawError where error.code == .invalidRequest {
            throw SecretFault("The question to the provider \(name) is longer than a program can be given.")
        } catch let error as ClawError where error.code == .notFound {
            throw SecretFault("\(program.command) cannot be run.")
        } catch {
            // What the error holds may come from the program, whose output may be a secret.
            throw SecretFault("\(program.command) could not be run, or answered with more than maxOutputBytes.")
        }
        guard result.isSuccess else {
            throw SecretFault(
                result.code.map { "\(program.command) ended with code \($0)." }
                    ?? "\(program.command) was ended by a signal.")
        }
        return try SecretExchange.answer(result.output, ids: ids, jsonOnly: program.jsonOnly)
    }
}
