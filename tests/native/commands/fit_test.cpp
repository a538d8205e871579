#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "odin/method_scorer.h"
#include "odin/metrics.h"
#include "odin/native/scoring/comparison.h"
#include "odin/native/scoring/method_list.h"
#include "odin/native/scoring/parameter_choice.h"
#include "odin/tests/native/commands/studio.h"

// odin fit, and the methods that need it, in detect, evaluate and compare.

using namespace odin;
using namespace odin::native;
using nlohmann::json;
using tensor::Tensor;
using tests::contains;
using tests::Result;
using tests::Studio;

namespace {

/// A Studio whose network is fitted to its own two classes.
class Fitted : public Studio {
 public:
  Fitted() {
    save_small_model("n.safetensors", {"dark", "bright"});
    fit =
        run("fit --model n.safetensors --in folder:photos --validation folder:apart --bank 40 "
            "--save f.safetensors");
  }
  Result fit{};
};

json json_lines(const std::string& text) {
  json lines = json::array();
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(json::parse(line));
  return lines;
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("odin fit stores statistics in the model file, and info says of which images") {
    const Fitted w;
    CHECK(w.fit.status == 0);
    CHECK(contains(w.fit.out, "60 images, "));
    CHECK(contains(w.fit.out, "bank of 40"));
    CHECK(contains(w.fit.out, "from the validation images"));
    const std::string info = w.run("info f.safetensors").out;
    CHECK(contains(info,
                   "fitted           odin fit: folder:photos (60 images), validation "
                   "folder:apart (16 images), bank of 40"));
    CHECK(contains(w.run("info n.safetensors").out, "fitted           no (odin fit)"));
    const nn::Model plain = nn::load_model(w.path("n.safetensors"));
    const nn::Model fitted = nn::load_model(w.path("f.safetensors"));
    CHECK(tests::same_tensors(plain.network->state_dict(), fitted.network->state_dict()));
    CHECK(fitted.info.temperature == plain.info.temperature);
    CHECK(plain.fit.empty());
    CHECK(fit_of(fitted).has("precision"));
  }

  TEST_CASE("a fit is the same with any number of threads and batches, and can be made again") {
    const Fitted w;
    const auto again = [&](const std::string& options) {
      CHECK(w.run("fit --model f.safetensors --in folder:photos --validation folder:apart --bank "
                  "40 --save g.safetensors " +
                  options)
                .status == 0);
      return nn::read_safetensors(w.path("g.safetensors"));
    };
    const nn::Safetensors first = nn::read_safetensors(w.path("f.safetensors"));
    CHECK(tests::same_tensors(again("--threads 1").tensors, first.tensors));
    CHECK(again("--threads 2").metadata == first.metadata);
    CHECK(again("--seed 2").metadata != first.metadata);
  }

  TEST_CASE("a fit keeps the type of the weights, and tuning keeps the fit") {
    const Fitted w;
    nn::write_safetensors(w.path("h.safetensors"), nn::read_safetensors(w.path("n.safetensors")),
                          nn::FloatStorage::f16);
    CHECK(w.run("fit --model h.safetensors --in folder:photos --save h.safetensors").status == 0);
    CHECK(nn::stored_types(w.path("h.safetensors")) == std::set<std::string>{"F16", "F32", "F64"});
    CHECK(w.run("tune --model h.safetensors --in folder:apart --out uniform:9 --temperatures 1000 "
                "--epsilons 0 --save t.safetensors")
              .status == 0);
    CHECK_FALSE(nn::load_model(w.path("t.safetensors")).fit.empty());
  }

  TEST_CASE(
      "detect gives the scores of several methods, and the verdicts of those with thresholds") {
    const Fitted w;
    const Result all = w.run("detect --model f.safetensors --json --method all p.png");
    CHECK(all.status == 0);
    const json line = json::parse(all.out);
    for (const char* name : {"vim", "mahalanobis", "fdbd", "scale", "gen"}) {
      CAPTURE(name);
      CHECK(line["scores"].contains(name));
      CHECK(line["verdicts"][name].is_string());
    }
    CHECK(line["odin"] == line["scores"]["odin"]);
    CHECK(line["msp"] == line["scores"]["msp"]);
    CHECK_FALSE(line["scores"].contains("knn"));  // the bank has fewer than 50 images
    CHECK(contains(all.err, "left out, since this network or its fit lacks what they need: knn"));
    const json usual = json::parse(w.run("detect --model f.safetensors --json p.png").out);
    for (const char* key : {"file", "label", "class", "msp", "odin", "verdict"})
      CHECK(line[key] == usual[key]);
    CHECK_FALSE(usual.contains("scores"));

    const json some =
        json::parse(w.run("detect --model f.safetensors --json --method knn:k=3,vim p.png").out);
    CHECK(some["scores"].size() == 2);
    CHECK(some["odin"].is_null());
    CHECK(some["scores"]["vim"] == line["scores"]["vim"]);
    CHECK(some["verdicts"]["vim"].is_string());
    const json stepped =
        json::parse(w.run("detect --model f.safetensors --json --method vim --step p.png").out);
    CHECK(stepped["scores"]["vim"] != some["scores"]["vim"]);
    const Result table = w.run("detect --model f.safetensors --method energy,vim p.png");
    CHECK(contains(table.out, "energy"));
    CHECK(table.status == 0);
    CHECK(w.run("detect --model f.safetensors --method guess p.png").status == 2);
    CHECK(w.run("detect --model f.safetensors --step p.png").status == 2);
    CHECK(w.run("detect --model f.safetensors --method '' p.png").status == 2);
  }

  TEST_CASE("a method that needs a fit, on a model without one, is refused with the command") {
    const Fitted w;
    for (const char* command : {"detect --method mahalanobis p.png --model n.safetensors",
                                "evaluate --method knn --in uniform:4 --out uniform:4 --model "
                                "n.safetensors"}) {
      const Result r = w.run(command);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, "odin fit --model MODEL --in SET --save FILE"));
    }
    const Result all = w.run("detect --model n.safetensors --json --method all p.png");
    CHECK(all.status == 0);
    CHECK(contains(all.err, "the model is not fitted; left out are temp-scale, kl-matching"));
    CHECK(json::parse(all.out)["scores"].contains("gen"));
  }

  TEST_CASE("scores in a batch, in a list and alone are the same") {
    const Fitted w;
    const std::string command =
        "detect --model f.safetensors --json --method energy,vim,knn:k=5,she ";
    const json batch = json_lines(w.run(command + "apart/dark").out);
    REQUIRE(batch.size() == 8);
    CHECK(json::parse(w.run(command + "apart/dark/3.png").out) == batch[3]);
    const json alone =
        json::parse(w.run("detect --model f.safetensors --json --method vim apart/dark/3.png").out);
    CHECK(alone["scores"]["vim"] == batch[3]["scores"]["vim"]);
  }

  TEST_CASE("a singular covariance is said, and its pseudo-inverse used") {
    const Fitted w;
    const Result r =
        w.run("fit --model n.safetensors --in folder:photos --limit 3 --save s.safetensors");
    CHECK(r.status == 0);
    CHECK(contains(r.out, "the covariance within the classes is singular, of rank "));
    CHECK(contains(r.out, "the covariance of all images is singular, of rank 2 of "));
    CHECK(contains(r.out, "its pseudo-inverse is taken"));
    const Result scores =
        w.run("detect --model s.safetensors --json --method mahalanobis,rmds p.png");
    CHECK(scores.status == 0);
    CHECK(json::parse(scores.out)["scores"]["mahalanobis"].is_number());
  }

  TEST_CASE("features that overflow are one line, and nothing is written") {
    const Fitted w;
    nn::Safetensors file = nn::read_safetensors(w.path("n.safetensors"));
    Tensor& bias = file.tensors.at("bn1.bias");
    bias = Tensor::full(bias.shape(), 3e38);
    nn::write_safetensors(w.path("large.safetensors"), file);
    const std::string sets = " --in folder:photos --out uniform:4 --limit 4 ";
    for (const std::string& command :
         {std::string("fit --in folder:photos --save x.safetensors "),
          std::string("detect --method energy,ash-s p.png "),
          "evaluate --method gen --json x.json" + sets, "compare --csv x.csv" + sets,
          "tune --method ash-s --json x.json" + sets}) {
      CAPTURE(command);
      const Result r = w.run(command + " --quiet --model large.safetensors");
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, "NaN or infinite"));
    }
    for (const char* name : {"x.safetensors", "x.json", "x.csv"})
      CHECK_FALSE(std::filesystem::exists(w.path(name)));
  }

  TEST_CASE("fit refuses images of other classes, and bad options") {
    const Fitted w;
    w.run("fit --model m.safetensors --in folder:photos --save x.safetensors");
    CHECK_FALSE(std::filesystem::exists(w.path("x.safetensors")));
    std::filesystem::rename(w.path("photos/dark"), w.path("photos/other"));
    const Result other = w.run("fit --model n.safetensors --in folder:photos --save x.safetensors");
    CHECK(other.status == 1);
    CHECK(contains(other.err, "is of a class that the network does not have"));
    CHECK(w.run("fit --model n.safetensors --in folder:photos").status == 2);
    CHECK(
        w.run("fit --model n.safetensors --in folder:apart --bank 0 --save x.safetensors").status ==
        2);
    CHECK(w.run("fit --model n.safetensors --in folder:apart --save no/x.safetensors").status == 1);
    CHECK_FALSE(std::filesystem::exists(w.path("x.safetensors")));
  }

  TEST_CASE("images without labels give a fit for what needs none") {
    const Fitted w;
    const Result r =
        w.run("fit --model n.safetensors --in folder:photos/dark --save u.safetensors");
    CHECK(r.status == 0);
    CHECK(contains(r.out, "the images have no labels"));
    CHECK(w.run("detect --model u.safetensors --method vim,fdbd p.png").status == 0);
    const Result lacking = w.run("detect --model u.safetensors --method mahalanobis p.png");
    CHECK(lacking.status == 1);
    CHECK(contains(lacking.err, "images without labels?"));
  }

  TEST_CASE("a damaged fit is refused where it is needed, and the network still works") {
    const Fitted w;
    nn::Safetensors file = nn::read_safetensors(w.path("f.safetensors"));
    file.tensors["fit.mean"] = tensor::Tensor::zeros({3}, tensor::DType::f64);
    nn::write_safetensors(w.path("d.safetensors"), file);
    CHECK(w.run("detect --model d.safetensors p.png").status == 0);
    const Result r = w.run("detect --model d.safetensors --method vim p.png");
    CHECK(r.status == 1);
    CHECK(r.error_lines() == 1);
    CHECK(contains(r.err, "fit: "));
  }

  TEST_CASE(
      "evaluate with one method agrees with its scores in odin metrics, with several it compares") {
    const Fitted w;
    const std::string sets =
        " --model f.safetensors --in folder:apart --out uniform:20 --out gaussian:20 ";
    CHECK(w.run("evaluate --method vim --json e.json --scores s" + sets).status == 0);
    const json one = json::parse(tests::read_text(w.path("e.json")));
    CHECK(w.run("evaluate --method odin,vim,energy --json c.json --csv c.csv" + sets).status == 0);
    const json several = json::parse(tests::read_text(w.path("c.json")));
    const json& row = several["models"][0]["methods"][1];
    CHECK(row["method"] == "vim");
    for (const char* key : {"auroc", "fpr95", "aupr_in", "aupr_out", "detection_error"})
      CHECK(row["results"][1][key] == one["results"][1]["vim"][key]);
    CHECK(w.run("evaluate --method odin --json e.json" + sets).status == 0);
    const json usual = json::parse(tests::read_text(w.path("e.json")));
    CHECK(several["models"][0]["methods"][0]["results"][0]["auroc"] ==
          usual["results"][0]["odin"]["auroc"]);
    CHECK(
        tests::read_text(w.path("c.csv"))
            .starts_with("method,dataset,FPR@95,AUROC,AUPR_IN,AUPR_OUT,ACC,FPR@95_in_positive\n"));
    CHECK(w.run("evaluate --method odin,vim --details d.json" + sets).status == 2);
  }

  TEST_CASE("compare tells both conventions of the FPR, means, and several models") {
    const Fitted w;
    CHECK(w.run("fit --model n.safetensors --in folder:apart --bank 10 --save g.safetensors")
              .status == 0);
    const Result r = w.run(
        "compare --model f.safetensors --model g.safetensors --in folder:apart --near gaussian:20 "
        "--near noise=uniform:30 --far folder:photos/dark --method msp,residual,vim --json c.json "
        "--csv c.csv --html c.html");
    CHECK(r.status == 0);
    CHECK(contains(r.out, "mean and standard deviation of 2 models"));
    CHECK(contains(r.out, "near mean"));
    const json c = json::parse(tests::read_text(w.path("c.json")));
    CHECK(c["sets"][1]["distance"] == "near");
    double mean = 0;
    for (int model : {0, 1})
      for (int set : {0, 1})
        mean += c["models"][model]["methods"][2]["results"][set]["auroc"].get<double>() / 4;
    CHECK(c["means"][2]["near"]["auroc"]["mean"].get<double>() == doctest::Approx(mean));
    CHECK(c["means"][0]["near"]["auroc"]["std"] == 0);  // the networks are the same
    const std::string page = tests::read_text(w.path("c.html"));
    CHECK(contains(page, "<td class=\"method\">residual</td>"));
    CHECK(contains(page, "near mean"));
    CHECK(contains(page, "residual score"));  // a histogram's axis
    CHECK(contains(page, "over 2 networks"));
    CHECK(w.run("report c.json --out r.html").status == 0);
    CHECK(tests::read_text(w.path("r.html")) == page);
    CHECK(contains(tests::read_text(w.path("c.csv")), "vim,farood,"));
    CHECK(w.run("compare --model f.safetensors --in folder:apart").status == 2);
    CHECK(w.run("compare --model f.safetensors --in folder:apart --far uniform:9 --validation-in "
                "folder:apart")
              .status == 1);
  }

  TEST_CASE("compare finds what is wrong with any model before it scores the first") {
    const Fitted w;
    std::filesystem::copy_file(w.path("n.safetensors"), w.path("plain.safetensors"));
    const auto images_before = [&](const std::string& second, const std::string& methods) {
      ComparisonOptions options;
      options.models = {w.path("f.safetensors"), w.path(second)};
      options.in = "folder:" + w.path("apart");
      options.other = {"uniform:20"};
      options.methods = parse_method_list(methods);
      std::int64_t images = 0;
      const auto progress = [&](std::int64_t done, std::int64_t, const std::string&) {
        images = done;
      };
      CHECK_THROWS_AS(Comparison(options).run(progress, {}, [](const std::string&) {}), Error);
      return images;
    };
    CHECK(images_before("missing.safetensors", "msp") == 0);
    CHECK(images_before("plain.safetensors", "vim") == 0);
    CHECK(images_before("plain.safetensors", "all") == 0);
  }

  TEST_CASE("the FPR of the other convention is that of swapped and negated scores") {
    const Fitted w;
    ComparisonOptions options;
    options.models = {w.path("f.safetensors")};
    options.in = "folder:" + w.path("apart");
    options.other = {"uniform:20"};
    options.methods = parse_method_list("energy");
    const ComparisonResult r = Comparison(options).run({}, {}, [](const std::string&) {});
    const nn::Model model = nn::load_model(w.path("f.safetensors"));
    const MethodScorer scorer(*model.network, {model.info.mean, model.info.std}, {},
                              {.methods = {Method::energy}});
    const auto scores = [&](const std::string& name) {
      const auto set = open_set(parse_set(name), 1, {model.info.input, model.info.preprocess});
      std::vector<double> all;
      for (std::int64_t i = 0; i < set->size(); ++i)
        all.push_back(-scorer.score(set->read(i).reshape({1, 3, 32, 32})).scores[0][0]);
      return all;
    };
    CHECK(r.models[0].figures[0][0].fpr95_out_positive ==
          compute_metrics(scores("uniform:20"), scores(options.in)).fpr95);
  }

  TEST_CASE("parameters are chosen by AUROC on validation sets") {
    const Fitted w;
    const Result r = w.run(
        "compare --model f.safetensors --in folder:apart --far gaussian:20 --method "
        "ash-s,msp,knn:k=3 "
        "--validation-in folder:photos --validation-out uniform:20 --json c.json");
    CHECK(r.status == 0);
    const json c = json::parse(tests::read_text(w.path("c.json")));
    const json& chosen = c["models"][0]["methods"];
    CHECK(chosen[0]["with"].get<std::string>().starts_with("ash-s:q="));
    CHECK(chosen[1]["with"] == "msp");
    CHECK(chosen[2]["with"] == "knn:k=3");
    CHECK(c["parameters"] == "by AUROC on validation sets");
    CHECK(grid_of(Method::gen).size() == 35);
    CHECK(grid_of(parse_method_choice("gen:m=10")).size() == 7);
  }

  TEST_CASE("a step may raise ODIN's softmax or the score itself") {
    const Fitted w;
    const auto vim = [&](const std::string& step) {
      const Result r = w.run("detect --model f.safetensors --json --method vim p.png " + step);
      CHECK(r.status == 0);
      return json::parse(r.out)["scores"]["vim"].get<double>();
    };
    CHECK(vim("--step") == vim("--step --step-by odin"));
    CHECK(vim("--step --step-by score") > vim("--step"));
    CHECK(vim("--step --step-by score --epsilon 0") == vim(""));
    const std::string p = "detect --model f.safetensors --json p.png ";
    const Result all = w.run(p + "--method all --step --step-by score");
    CHECK(all.status == 0);
    CHECK(contains(all.err, "no gradient that a step of their own could follow: gradnorm, ash-p"));
    CHECK_FALSE(json::parse(all.out)["scores"].contains("gradnorm"));
    CHECK(json::parse(all.out)["scores"].contains("rmds"));
    const Result none = w.run(p + "--method fdbd --step --step-by score");
    CHECK(none.status == 1);
    CHECK(none.error_lines() == 1);
    CHECK(contains(none.err, "fdbd: it has no gradient"));
    CHECK(w.run(p + "--method vim --step-by score").status == 2);
    CHECK(w.run(p + "--method vim --step --step-by guess").status == 2);
    CHECK(w.run("evaluate --model f.safetensors --in folder:apart --out uniform:9 --method vim "
                "--step --step-by score --json e.json")
              .status == 0);
    CHECK(json::parse(tests::read_text(w.path("e.json")))["step"].get<std::string>() == "score");
  }

  TEST_CASE("lists of methods") {
    CHECK(parse_method_list("all").all);
    CHECK(parse_method_list("knn:k=5,knn:k=10").methods.size() == 2);
    for (const char* wrong : {"", "msp,", ",msp", "msp,msp", "all,msp", "Msp"}) {
      CAPTURE(wrong);
      CHECK_THROWS_AS(parse_method_list(wrong), Error);
    }
  }
}

TEST_SUITE("native") {
  TEST_CASE("odin tune chooses parameters of other methods") {
    const Fitted w;
    const Result r = w.run(
        "tune --model f.safetensors --method ash-s,knn:k=4 --in folder:apart --out uniform:20 "
        "--out "
        "gaussian:20 --json t.json");
    CHECK(r.status == 0);
    CHECK(contains(r.out, "knn:k=4"));
    const json t = json::parse(tests::read_text(w.path("t.json")));
    CHECK(t["methods"][0]["grid"].size() == 7);
    double best = 0;
    for (const json& point : t["methods"][0]["grid"])
      best = std::max(best, point["auroc"].get<double>());
    CHECK(t["methods"][0]["auroc"].get<double>() == best);
    CHECK(w.run("tune --model f.safetensors --method vim --in folder:apart").status == 2);
    CHECK(t["step"] == false);
    CHECK_FALSE(t["methods"][0]["grid"][0].contains("epsilon"));
    for (const char* option : {"--save", "--histograms h.json", "--state s", "--epsilons 0.001",
                               "--objective auroc", "--step-by score"}) {
      CAPTURE(option);
      CHECK(w.run("tune --model f.safetensors --method vim --in folder:apart --out uniform:9 " +
                  std::string(option))
                .status == 2);
    }
  }

  TEST_CASE("odin tune chooses parameters behind a step, by ODIN's softmax or the score") {
    const Fitted w;
    const std::string p =
        "tune --model f.safetensors --in folder:apart --out gaussian:20 --json t.json ";
    const auto tuned = [&](const std::string& options) {
      const Result r = w.run(p + options);
      CHECK(r.status == 0);
      return json::parse(tests::read_text(w.path("t.json")));
    };
    const json plain = tuned("--method react,msp");
    const json none = tuned("--method react,msp --step --epsilons 0");
    CHECK(none["step"] == "odin");
    const json score = tuned("--method react,msp --step --step-by score --epsilons 0,0.004,0.02");
    CHECK(score["step"] == "score");
    for (const int method : {0, 1}) {
      CHECK(none["methods"][method]["auroc"] == plain["methods"][method]["auroc"]);
      const json& grid = score["methods"][method]["grid"];
      CHECK(grid.size() == 3 * plain["methods"][method]["grid"].size());
      CHECK_FALSE(grid[0].contains("temperature"));
      // The figures are those of odin compare with the same step.
      const json& last = grid.back();
      CHECK(last["epsilon"] == 0.02);
      CHECK(w.run("compare --model f.safetensors --in folder:apart --out gaussian:20 --step "
                  "--step-by score --epsilon 0.02 --json c.json --method " +
                  last["method"].get<std::string>())
                .status == 0);
      const json c = json::parse(tests::read_text(w.path("c.json")));
      CHECK(c["models"][0]["methods"][0]["results"][0]["auroc"] == last["auroc"]);
    }
    CHECK(
        tuned(
            "--method msp --step --temperatures 1,1000")["methods"][0]["grid"][1]["temperature"] ==
        1000);
    const Result odin = w.run(p + "--method odin,msp --step --step-by score");
    CHECK(contains(odin.err, "odin is left out"));
    const Result fdbd = w.run(p + "--method fdbd --step --step-by score");
    CHECK(fdbd.status == 1);
    CHECK(fdbd.error_lines() == 1);
    CHECK(w.run(p + "--step").status == 2);
    CHECK(w.run(p + "--method msp --step --step-by score --temperatures 1").status == 2);
  }
}
