"""People in the loop: questions, answers, chats, trainings."""
