#include "odin/native/ranks/mpi/mpi_ranks.h"

#include <algorithm>
#include <chrono>
#include <climits>
#include <thread>

#include "odin/native/ranks/part.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

/// Two steps: every rank gets its part of all vectors and adds it up in order (the owner of the
/// part), then every rank gets all parts of the sum.
class MpiSum final : public PendingSum {
 public:
  MpiSum(MpiSums& all, int rank, int size, std::vector<std::span<const float>> vectors,
         std::span<float> sum)
      : all_(all), size_(size), vectors_(std::move(vectors)), sum_(sum) {
    for (int r = 0; r < size; ++r) {
      const Part part = part_of(std::ssize(sum), r, size);
      firsts_.push_back(static_cast<int>(part.first));
      counts_.push_back(static_cast<int>(part.count));
    }
    own_ = {firsts_[static_cast<std::size_t>(rank)], counts_[static_cast<std::size_t>(rank)]};
    scatter();
    all_.scattering.push_back(this);
  }
  ~MpiSum() override { wait(); }
  MpiSum(const MpiSum&) = delete;
  MpiSum& operator=(const MpiSum&) = delete;

  void progress() override {
    advance(all_, false);
    if (step_ == Step::gather) step_done(false);
  }

  void wait() override {
    while (step_ == Step::scatter) advance(all_, true);
    if (step_ == Step::gather) step_done(true);
  }

 private:
  enum class Step { scatter, gather, done };

  /// Lets the sums that were begun first go on to their second step, as far as they can, or the
  /// first of all if it is waited for. All ranks must begin these steps in the same order.
  static void advance(MpiSums& all, bool waits) {
    while (!all.scattering.empty()) {
      auto& first = static_cast<MpiSum&>(*all.scattering.front());
      if (!first.requests_done(waits)) return;
      all.scattering.pop_front();
      first.gather();
      waits = false;
    }
  }

  bool requests_done(bool waits) {
    const int count = static_cast<int>(requests_.size());
    int done = 1;
    if (waits)
      MPI_Waitall(count, requests_.data(), MPI_STATUSES_IGNORE);
    else
      MPI_Testall(count, requests_.data(), &done, MPI_STATUSES_IGNORE);
    return done != 0;
  }

  void step_done(bool waits) {
    if (requests_done(waits)) step_ = Step::done;
  }

  std::size_t vectors_of_a_rank() const { return vectors_.size(); }

  void scatter() {
    received_.resize(static_cast<std::size_t>(size_) * vectors_of_a_rank() *
                     static_cast<std::size_t>(own_.count));
    for (std::size_t v = 0; v < vectors_.size(); ++v) {
      // The v-th vectors of all ranks lie side by side.
      float* into = received_.data() + v * static_cast<std::size_t>(size_ * own_.count);
      std::vector<int> places;
      for (int r = 0; r < size_; ++r) places.push_back(r * static_cast<int>(own_.count));
      places_.push_back(std::move(places));
      same_counts_.emplace_back(static_cast<std::size_t>(size_), static_cast<int>(own_.count));
      MPI_Ialltoallv(vectors_[v].data(), counts_.data(), firsts_.data(), MPI_FLOAT, into,
                     same_counts_[v].data(), places_[v].data(), MPI_FLOAT, all_.first_step,
                     &requests_.emplace_back(MPI_REQUEST_NULL));
    }
  }

  void gather() {
    requests_.clear();
    step_ = Step::gather;
    const auto count = static_cast<std::size_t>(own_.count);
    std::vector<std::span<const float>> in_order;
    for (int r = 0; r < size_; ++r)
      for (std::size_t v = 0; v < vectors_of_a_rank(); ++v)
        in_order.emplace_back(
            received_.data() +
                (v * static_cast<std::size_t>(size_) + static_cast<std::size_t>(r)) * count,
            count);
    sum_in_order(in_order, sum_.subspan(static_cast<std::size_t>(own_.first), count));
    MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_FLOAT, sum_.data(), counts_.data(), firsts_.data(),
                    MPI_FLOAT, all_.second_step, &requests_.emplace_back(MPI_REQUEST_NULL));
  }

  MpiSums& all_;
  int size_;
  std::vector<std::span<const float>> vectors_;
  std::span<float> sum_;
  std::vector<int> firsts_, counts_;  ///< the part of each rank
  Part own_;
  std::vector<std::vector<int>> places_, same_counts_;  ///< MPI reads them until the end
  std::vector<float> received_;
  std::vector<MPI_Request> requests_;
  Step step_ = Step::scatter;
};

}  // namespace

bool wait_asleep(MPI_Request& request, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  for (int done = 0;;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done) return true;
    if (seconds > 0 && std::chrono::duration<double>(Clock::now() - start).count() > seconds)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

MpiRanks::MpiRanks(MPI_Comm world) : world_(world) {
  MPI_Comm_rank(world, &rank_);
  MPI_Comm_size(world, &size_);
  MPI_Comm_dup(world, &sums_.first_step);
  MPI_Comm_dup(world, &sums_.second_step);
}

MpiRanks::~MpiRanks() {
  MPI_Comm_free(&sums_.first_step);
  MPI_Comm_free(&sums_.second_step);
}

std::unique_ptr<PendingSum> MpiRanks::begin_sum(std::vector<std::span<const float>> vectors,
                                                std::span<float> sum) {
  require(!vectors.empty(), "begin_sum: expected one vector or more");
  for (const auto& vector : vectors)
    require(vector.size() == sum.size(), "begin_sum: a vector has ", vector.size(),
            " numbers, the sum ", sum.size());
  require(sum.size() <= INT_MAX, "begin_sum: at most ", INT_MAX, " numbers, got ", sum.size());
  return std::make_unique<MpiSum>(sums_, rank_, size_, std::move(vectors), sum);
}

namespace {

/// The elements of all ranks, and how many each has.
template <class T>
std::pair<std::vector<T>, std::vector<int>> gather_all(MPI_Comm world, int size, MPI_Datatype type,
                                                       std::span<const T> mine) {
  require(mine.size() <= INT_MAX, "gather: too many numbers: ", mine.size());
  const int count = static_cast<int>(mine.size());
  std::vector<int> counts(static_cast<std::size_t>(size));
  MPI_Allgather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, world);
  std::vector<int> firsts;
  std::int64_t total = 0;
  for (const int c : counts) {
    firsts.push_back(static_cast<int>(total));
    total += c;
    require(total <= INT_MAX, "gather: too many numbers: ", total);
  }
  std::vector<T> all(static_cast<std::size_t>(total));
  MPI_Allgatherv(mine.data(), count, type, all.data(), counts.data(), firsts.data(), type, world);
  return {std::move(all), std::move(counts)};
}

}  // namespace

std::vector<double> MpiRanks::gather(std::span<const double> mine) {
  return gather_all<double>(world_, size_, MPI_DOUBLE, mine).first;
}

std::vector<std::string> MpiRanks::gather(const std::string& mine) {
  const auto [all, counts] = gather_all<char>(world_, size_, MPI_CHAR, std::span(mine));
  std::vector<std::string> texts;
  auto at = all.begin();
  for (const int count : counts) {
    texts.emplace_back(at, at + count);
    at += count;
  }
  return texts;
}

void MpiRanks::meet() {
  MPI_Request request;
  MPI_Ibarrier(world_, &request);
  wait_asleep(request);
}

}  // namespace odin::native
