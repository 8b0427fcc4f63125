import ClawAgent
import ClawSupport
import ServiceLifecycle

/// Gives memory back to the system after the start and when turns have ended: the allocator keeps what a busy minute needed,
/// the page table what starting ran through, and an idle Gateway has no use for either.
struct MemoryService: Service {
    let turns: TurnSupervisor
    let time: any TimeSource

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var wasBusy = true
            while !Task.isCancelled {
                do {
                    try await time.sleep(for: .seconds(1))
                } catch {
                    return
                }
                if turns.turnCount > 0 {
                    wasBusy = true
                } else if wasBusy {
                    Allocator.returnFreeMemory()
                    ExecutablePages.release()
                    wasBusy = false
                }
            }
        }
    }
}
