#include <odin/tensor/tensor.h>

#include <iostream>

int main() { std::cout << odin::tensor::Tensor::zeros({2, 3}).shape() << "\n"; }
