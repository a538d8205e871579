#include "odin/autograd/observer.h"

#include <utility>

namespace odin::autograd {
namespace {

thread_local Observer* current = nullptr;

}  // namespace

ObserverScope::ObserverScope(Observer& observer) : previous_(std::exchange(current, &observer)) {}
ObserverScope::~ObserverScope() { current = previous_; }

Observer* observer() { return current; }

}  // namespace odin::autograd
